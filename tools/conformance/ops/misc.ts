import { softMargin, tripletMargin } from '@nn/losses'
import { type OpAdapter, op } from '../adapters.ts'

/** What belongs to no other family, losses among them. */
export const MISC: Readonly<Record<string, OpAdapter>> = {
  'nn.functional.soft_margin_loss': op('input target', (a) =>
    softMargin(a.tensor('input'), a.tensor('target'), a.rest()),
  ),
  'nn.functional.triplet_margin_loss': op('anchor positive negative', (a) =>
    tripletMargin(a.tensor('anchor'), a.tensor('positive'), a.tensor('negative'), a.rest()),
  ),
}
