import type { Kernel } from '../kernel.js'
import * as backwardReference from '../reference/recurrent/backward.js'
import * as forwardReference from '../reference/recurrent/forward.js'
import * as recurrentCommands from '../wasm/encoders/recurrent.js'
import { recurrent as family } from '../wasm/generated/families/recurrent.js'

// Recurrent layers.

export const recurrent: Kernel<'recurrent'> = {
  name: 'recurrent',
  reference: forwardReference.recurrent,
  wasm: recurrentCommands.recurrent,
  family,
}
export const recurrentGrad: Kernel<'recurrentGrad'> = {
  name: 'recurrentGrad',
  reference: backwardReference.recurrentGrad,
  wasm: recurrentCommands.recurrentGrad,
  family,
}
