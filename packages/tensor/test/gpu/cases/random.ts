import type { KernelCase } from '../support.js'

export const random: readonly KernelCase[] = []
