import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: gatherRows scatterAddRows resample resampleGrad. */
export const rows: { readonly [K in KernelName]?: Lowering<K> } = {}
