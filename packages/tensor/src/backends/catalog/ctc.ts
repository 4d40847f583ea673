import type { Kernel } from '../kernel.js'
import * as ctcReference from '../reference/ctc.js'
import * as ctcCommands from '../wasm/encoders/ctc.js'
import { ctc as family } from '../wasm/generated/families/ctc.js'

// Connectionist temporal classification.

export const ctc: Kernel<'ctc'> = { name: 'ctc', reference: ctcReference.ctc, wasm: ctcCommands.ctc, family }
export const ctcGrad: Kernel<'ctcGrad'> = {
  name: 'ctcGrad',
  reference: ctcReference.ctcGrad,
  wasm: ctcCommands.ctcGrad,
  family,
}
