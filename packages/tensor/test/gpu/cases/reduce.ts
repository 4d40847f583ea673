import type { KernelCase } from '../support.js'

export const reduce: readonly KernelCase[] = []
