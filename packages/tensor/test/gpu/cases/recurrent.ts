import type { KernelCase } from '../support.js'

export const recurrent: readonly KernelCase[] = []
