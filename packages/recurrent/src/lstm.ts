import { OptionError, type Tensor } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import { checkLayer, type ForwardOptions, Recurrent, type RecurrentOptions } from './recurrent.js'

/** The state of an {@link LSTM}. */
export interface LSTMState {
  /** Hidden state [1, batch, hidden]; [1, hidden] without a batch. */
  readonly h: Tensor
  /** Memory cell [1, batch, hidden]; [1, hidden] without a batch. */
  readonly c: Tensor
}

/** What `LSTM.forward` gives. */
export interface LSTMOutput {
  /** The hidden states of all steps, [batch, time, hidden] (or time first, as the input). */
  readonly output: Tensor
  /** The last hidden state and memory cell; pass them to the next `forward` to go on. */
  readonly state: LSTMState
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997; with the forget gate of Gers et al., 2000):
 *
 * $$
 * \begin{aligned}
 * i_t &= \sigma(x_t W_{ii}^\top + b_{ii} + h_{t-1} W_{hi}^\top + b_{hi}) \\
 * f_t &= \sigma(x_t W_{if}^\top + b_{if} + h_{t-1} W_{hf}^\top + b_{hf}) \\
 * g_t &= \tanh(x_t W_{ig}^\top + b_{ig} + h_{t-1} W_{hg}^\top + b_{hg}) \\
 * o_t &= \sigma(x_t W_{io}^\top + b_{io} + h_{t-1} W_{ho}^\top + b_{ho}) \\
 * c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
 * h_t &= o_t \odot \tanh(c_t)
 * \end{aligned}
 * $$
 *
 * Input [batch, time, in], output [batch, time, hidden]. The memory cell c keeps what the forget gate f lets stay and
 * takes up what the input gate i lets in of the candidate g; the output gate o shows it. Weights hold the gates in the
 * order i, f, g, o.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { LSTM } from '@nn/recurrent'
 * const lstm = new LSTM(8, 16)
 * const { output, state } = lstm.forward(randn([2, 5, 8]))
 * output.shape // => [2, 5, 16]
 * state.c.shape // => [1, 2, 16]
 * ```
 */
export class LSTM extends Recurrent {
  /**
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `bias` (true), `batchFirst` (true), `generator`
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super('LSTM', 4, inputSize, hiddenSize, checkLayer('LSTM', options))
  }

  /**
   * Runs through a sequence.
   *
   * @param x - [batch, time, in], at least one step
   * @param options - `state`: `{ h, c }`, each [1, batch, hidden], to begin with; default zeros
   * @returns the hidden states of all steps, and the last state
   * @throws ShapeError where input or state do not fit
   */
  override forward(x: Tensor, options: ForwardOptions<LSTMState> = {}): LSTMOutput {
    this.checkForward(options)
    const { state } = options
    if (state !== undefined && (state?.h === undefined || state.c === undefined))
      throw new OptionError(`LSTM: the state must be { h, c }, as forward returns it, got ${describe(state)}`)
    const sequence = this.sequence(x)
    const h0 = this.first(x, sequence.batch, state?.h, 'the state h')
    const c0 = this.first(x, sequence.batch, state?.c, 'the state c')
    const { output, cLast } = this.run('lstm', sequence.x, h0, c0)
    const last = { h: sequence.state(this.last(output)), c: sequence.state(cLast!) }
    return { output: sequence.restore(output), state: last }
  }
}
