import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: rowNorm rowNormGrad channelNorm channelNormGrad. */
export const norms: { readonly [K in KernelName]?: Lowering<K> } = {}
