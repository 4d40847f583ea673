import type { Kernel } from '../kernel.js'
import * as convolutionReference from '../reference/convolution.js'
import * as poolingReference from '../reference/pooling.js'
import * as resamplingReference from '../reference/resampling.js'
import * as convolutionCommands from '../wasm/encoders/convolution.js'
import * as poolingCommands from '../wasm/encoders/pooling.js'
import * as resamplingCommands from '../wasm/encoders/resampling.js'
import { images as family } from '../wasm/generated/families/images.js'

// Convolutions, pooling, resampling.

export const conv: Kernel<'conv'> = {
  name: 'conv',
  reference: convolutionReference.conv,
  wasm: convolutionCommands.conv,
  family,
}
export const convInputGrad: Kernel<'convInputGrad'> = {
  name: 'convInputGrad',
  reference: convolutionReference.convInputGrad,
  wasm: convolutionCommands.convInputGrad,
  family,
}
export const convWeightGrad: Kernel<'convWeightGrad'> = {
  name: 'convWeightGrad',
  reference: convolutionReference.convWeightGrad,
  wasm: convolutionCommands.convWeightGrad,
  family,
}
export const maxPool: Kernel<'maxPool'> = {
  name: 'maxPool',
  reference: poolingReference.maxPool,
  wasm: poolingCommands.maxPool,
  family,
}
export const avgPool: Kernel<'avgPool'> = {
  name: 'avgPool',
  reference: poolingReference.avgPool,
  wasm: poolingCommands.avgPool,
  family,
}
export const avgPoolGrad: Kernel<'avgPoolGrad'> = {
  name: 'avgPoolGrad',
  reference: poolingReference.avgPoolGrad,
  wasm: poolingCommands.avgPoolGrad,
  family,
}
export const resample: Kernel<'resample'> = {
  name: 'resample',
  reference: resamplingReference.resample,
  wasm: resamplingCommands.resample,
  family,
}
export const resampleGrad: Kernel<'resampleGrad'> = {
  name: 'resampleGrad',
  reference: resamplingReference.resampleGrad,
  wasm: resamplingCommands.resampleGrad,
  family,
}
