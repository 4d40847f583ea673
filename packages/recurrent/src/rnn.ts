import { OptionError, type Tensor } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import {
  checkLayer,
  type ForwardOptions,
  Recurrent,
  type RecurrentOptions,
  type RecurrentOutput,
} from './recurrent.js'

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** The function that bounds the state: `'tanh'` (default) or `'relu'`. */
  nonlinearity?: 'tanh' | 'relu'
}

/**
 * The plain recurrent network (Elman, "Finding structure in time", 1990):
 *
 * $$
 * h_t = \tanh(x_t W_{ih}^\top + b_{ih} + h_{t-1} W_{hh}^\top + b_{hh})
 * $$
 *
 * Input [batch, time, in], output [batch, time, hidden]. Its gradient shrinks or grows exponentially with the number
 * of steps; clip it, and take {@link GRU} or {@link LSTM} for long memory.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { RNN } from '@nn/recurrent'
 * const rnn = new RNN(8, 16)
 * const { output, state } = rnn.forward(randn([2, 5, 8]))
 * output.shape // => [2, 5, 16]
 * state.shape // => [1, 2, 16]
 * ```
 */
export class RNN extends Recurrent {
  private readonly cell: 'rnnTanh' | 'rnnRelu'

  /**
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `nonlinearity` ('tanh'), `bias` (true), `batchFirst` (true), `generator`
   * @throws OptionError where a size or the nonlinearity is not allowed
   */
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super('RNN', 1, inputSize, hiddenSize, checked(options))
    this.cell = options.nonlinearity === 'relu' ? 'rnnRelu' : 'rnnTanh'
  }

  /**
   * Runs through a sequence.
   *
   * @param x - [batch, time, in], at least one step
   * @param options - `state`: [1, batch, hidden] to begin with, default zeros
   * @returns the hidden states of all steps, and the last one
   * @throws ShapeError where input or state do not fit
   */
  override forward(x: Tensor, options: ForwardOptions = {}): RecurrentOutput {
    this.checkForward(options)
    const sequence = this.sequence(x)
    const first = this.first(x, sequence.batch, options.state, 'the state')
    const { output } = this.run(this.cell, sequence.x, first)
    return { output: sequence.restore(output), state: sequence.state(this.last(output)) }
  }
}

function checked(options: RNNOptions): RNNOptions {
  const { nonlinearity = 'tanh' } = checkLayer('RNN', options, ['nonlinearity'])
  if (nonlinearity !== 'tanh' && nonlinearity !== 'relu')
    throw new OptionError(`RNN: nonlinearity must be 'tanh' or 'relu', got ${describe(nonlinearity)}`)
  return options
}
