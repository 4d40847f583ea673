import { ctcGrad } from './ctc/backward.js'
import { ctc as losses } from './ctc/forward.js'

/** Kernels of connectionist temporal classification. */
export const ctc = { ctc: losses, ctcGrad }
