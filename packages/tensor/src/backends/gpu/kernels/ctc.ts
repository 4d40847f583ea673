import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: ctc ctcGrad. */
export const ctc: { readonly [K in KernelName]?: Lowering<K> } = {}
