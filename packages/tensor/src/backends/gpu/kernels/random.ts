import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: random. */
export const random: { readonly [K in KernelName]?: Lowering<K> } = {}
