import type { Tensor } from '@core/tensor'
import { mapTree } from './tree.js'

/** The state of an {@link LSTM}; D is the number of directions. */
export interface LSTMState {
  /** Hidden states [layers · D, batch, hidden] (with a projection [layers · D, batch, proj]); [layers · D, hidden] without a batch. */
  readonly h: Tensor
  /** Memory cells [layers · D, batch, hidden]; [layers · D, hidden] without a batch. */
  readonly c: Tensor
}

/** The state of any recurrent layer. */
export type RecurrentState = Tensor | LSTMState

/**
 * A state without its history, for truncated back-propagation through time (Williams and Peng, 1990): the values go on to the
 * next stretch of a long sequence, the gradient does not go back beyond it.
 *
 * @param state - a tensor, `{ h, c }`, or any lists and plain objects of tensors
 * @returns the same values in the same arrangement, with no gradient to what made them
 * @throws OptionError where there is something else in it
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { detachState, LSTM, type LSTMState } from '@nn/recurrent'
 * const lstm = new LSTM(3, 4)
 * let state: LSTMState | undefined
 * for (const stretch of [randn([2, 20, 3]), randn([2, 20, 3])]) {
 *   const { output, state: last } = lstm.forward(stretch, { state })
 *   output.square().mean().backward() // through 20 steps, not 40
 *   state = detachState(last)
 * }
 * state!.h.requiresGrad // => false
 * ```
 */
export function detachState<State>(state: State): State {
  return mapTree('detachState', state, (tensor) => tensor.detach())
}
