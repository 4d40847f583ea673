import type { KernelCase } from '../support.js'

export const strided: readonly KernelCase[] = []
