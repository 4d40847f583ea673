import type { KernelCase } from '../support.js'

export const along: readonly KernelCase[] = []
