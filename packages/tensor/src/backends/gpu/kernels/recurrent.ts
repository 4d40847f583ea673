import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: recurrent recurrentGrad. */
export const recurrent: { readonly [K in KernelName]?: Lowering<K> } = {}
