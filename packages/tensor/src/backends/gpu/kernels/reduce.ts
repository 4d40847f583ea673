import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: reduce argReduce. */
export const reduce: { readonly [K in KernelName]?: Lowering<K> } = {}
