import type { KernelCase } from '../support.js'

export const convolution: readonly KernelCase[] = []
