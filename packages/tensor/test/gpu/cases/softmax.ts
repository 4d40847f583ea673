import type { KernelCase } from '../support.js'

export const softmax: readonly KernelCase[] = []
