import type { KernelCase } from '../support.js'

export const norms: readonly KernelCase[] = []
