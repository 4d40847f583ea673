import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: conv convInputGrad convWeightGrad. */
export const convolution: { readonly [K in KernelName]?: Lowering<K> } = {}
