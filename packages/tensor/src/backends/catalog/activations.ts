import type { Kernel } from '../kernel.js'
import * as activationReference from '../reference/activation.js'
import * as activationCommands from '../wasm/encoders/activation.js'
import { activations as family } from '../wasm/generated/families/activations.js'

// Activation functions with constants.

export const activation: Kernel<'activation'> = {
  name: 'activation',
  reference: activationReference.activation,
  wasm: activationCommands.activation,
  family,
}
export const activationGrad: Kernel<'activationGrad'> = {
  name: 'activationGrad',
  reference: activationReference.activationGrad,
  wasm: activationCommands.activationGrad,
  family,
}
