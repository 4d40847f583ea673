import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: activation activationGrad. */
export const activation: { readonly [K in KernelName]?: Lowering<K> } = {}
