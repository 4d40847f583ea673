import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: maxPool avgPool avgPoolGrad. */
export const pooling: { readonly [K in KernelName]?: Lowering<K> } = {}
