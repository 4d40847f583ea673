import type { KernelCase } from '../support.js'

export const ctc: readonly KernelCase[] = []
