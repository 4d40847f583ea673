import { channelNorm, channelNormGrad } from './norms/channels.js'
import { rowNorm, rowNormGrad } from './norms/rows.js'

/** Kernels: rowNorm rowNormGrad channelNorm channelNormGrad. */
export const norms = { rowNorm, rowNormGrad, channelNorm, channelNormGrad }
