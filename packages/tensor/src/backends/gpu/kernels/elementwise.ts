import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: unary binary compare where. */
export const elementwise: { readonly [K in KernelName]?: Lowering<K> } = {}
