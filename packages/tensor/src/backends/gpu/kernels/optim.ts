import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: sgd adam rmsprop adadelta lion. */
export const optim: { readonly [K in KernelName]?: Lowering<K> } = {}
