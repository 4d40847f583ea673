import { OptionError, type Tensor } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import {
  type CellOptions,
  checkForward,
  checkLayer,
  type ForwardOptions,
  type RecurrentOptions,
  type RecurrentOutput,
} from './options.js'
import { Recurrent } from './recurrent.js'
import type { RNNGates, Trace, Traced } from './trace.js'

/** The functions that can bound the state of a plain recurrent network. */
export type Nonlinearity = 'tanh' | 'relu'

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** The function that bounds the state: `'tanh'` (default) or `'relu'`. */
  nonlinearity?: Nonlinearity
}

/**
 * The plain recurrent network (Elman, "Finding structure in time", 1990):
 *
 * $$
 * h_t = \tanh(x_t W_{ih}^\top + b_{ih} + h_{t-1} W_{hh}^\top + b_{hh})
 * $$
 *
 * Input [batch, time, in], output [batch, time, D · hidden], state [layers · D, batch, hidden], with D = 2 where it is
 * bidirectional (Schuster and Paliwal, 1997), else 1. Its gradient shrinks or grows exponentially with the number
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
  /**
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `numLayers` (1), `nonlinearity` ('tanh'), `bias` (true), `batchFirst` (true), `dropout` (0), `bidirectional` (false), `init`, `generator`
   * @throws OptionError where a size or an option is not allowed
   */
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super(
      'RNN',
      plainCell('RNN', checkLayer('RNN', options, ['nonlinearity'])),
      inputSize,
      hiddenSize,
      options,
    )
  }

  /**
   * Runs through a sequence, and returns its trace, too.
   *
   * @param x - [batch, time, in], at least one step
   * @param options - `state`, `lengths`, `trace: true`
   */
  override forward(x: Tensor, options: ForwardOptions & { trace: true }): RecurrentOutput & Traced<RNNGates>
  /**
   * Runs through a sequence.
   *
   * @param x - [batch, time, in], at least one step; [time, in] without a batch
   * @param options - `state`: [layers · D, batch, hidden] to begin with, default zeros; `lengths` of padded sequences; `trace`
   * @returns the hidden states of all steps, and the last ones
   * @throws ShapeError where input, state or lengths do not fit
   */
  override forward(x: Tensor, options?: ForwardOptions): RecurrentOutput & Partial<Traced<RNNGates>>
  override forward(x: Tensor, options: ForwardOptions = {}): RecurrentOutput & Partial<Traced<RNNGates>> {
    checkForward('RNN', options)
    const { output, h, trace } = this.run(x, options, options.state)
    const result = { output, state: h }
    return options.trace ? { ...result, trace: trace as Trace<object> as Trace<RNNGates> } : result
  }
}

/** The cell of a plain network, by its nonlinearity. */
export function plainCell(
  name: string,
  options: CellOptions & { nonlinearity?: Nonlinearity },
): 'rnnTanh' | 'rnnRelu' {
  const { nonlinearity = 'tanh' } = options
  if (nonlinearity !== 'tanh' && nonlinearity !== 'relu')
    throw new OptionError(`${name}: nonlinearity must be 'tanh' or 'relu', got ${describe(nonlinearity)}`)
  return nonlinearity === 'relu' ? 'rnnRelu' : 'rnnTanh'
}
