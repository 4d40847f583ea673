import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'

/** Kernels: scan affineScan sort gatherAlong scatterAlong. */
export const along: { readonly [K in KernelName]?: Lowering<K> } = {}
