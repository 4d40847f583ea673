import type { KernelCase } from '../support.js'

export const elementwise: readonly KernelCase[] = []
