import type { KernelCase } from '../support.js'

export const optim: readonly KernelCase[] = []
