import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: gatherStrided scatterStrided fill cast. */
export const strided: { readonly [K in KernelName]?: Lowering<K> } = {}
