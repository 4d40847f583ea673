import type { Kernel } from '../kernel.js'
import * as normsReference from '../reference/norms.js'
import * as normsCommands from '../wasm/encoders/norms.js'
import { norms as family } from '../wasm/generated/families/norms.js'

// Normalisation by rows and by channels.

export const rowNorm: Kernel<'rowNorm'> = {
  name: 'rowNorm',
  reference: normsReference.rowNorm,
  wasm: normsCommands.rowNorm,
  family,
}
export const rowNormGrad: Kernel<'rowNormGrad'> = {
  name: 'rowNormGrad',
  reference: normsReference.rowNormGrad,
  wasm: normsCommands.rowNormGrad,
  family,
}
export const channelNorm: Kernel<'channelNorm'> = {
  name: 'channelNorm',
  reference: normsReference.channelNorm,
  wasm: normsCommands.channelNorm,
  family,
}
export const channelNormGrad: Kernel<'channelNormGrad'> = {
  name: 'channelNormGrad',
  reference: normsReference.channelNormGrad,
  wasm: normsCommands.channelNormGrad,
  family,
}
