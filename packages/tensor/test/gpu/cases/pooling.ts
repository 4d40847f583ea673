import type { KernelCase } from '../support.js'

export const pooling: readonly KernelCase[] = []
