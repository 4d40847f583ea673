import type { KernelCase } from '../support.js'

export const activation: readonly KernelCase[] = []
