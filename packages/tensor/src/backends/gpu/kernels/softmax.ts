import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: softmax softmaxGrad crossEntropy crossEntropyGrad. */
export const softmax: { readonly [K in KernelName]?: Lowering<K> } = {}
