import type { KernelCase } from '../support.js'

export const rows: readonly KernelCase[] = []
