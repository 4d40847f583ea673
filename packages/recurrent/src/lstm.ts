import { OptionError, type Tensor } from '@core/tensor'
import { checkInteger, describe } from '@core/tensor/extend'
import { checkForward, checkLayer, type ForwardOptions, type RecurrentOptions } from './options.js'
import { Recurrent } from './recurrent.js'
import type { LSTMState } from './state.js'
import type { LSTMGates, Trace, Traced } from './trace.js'

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions {
  /** Size to which the hidden state is projected, below `hiddenSize`. Default 0: it is not. */
  projSize?: number
}

/** What `LSTM.forward` gives. */
export interface LSTMOutput {
  /** The hidden states of all steps, [batch, time, D · hidden] (or time first, as the input); with a projection D · proj. */
  readonly output: Tensor
  /** The last hidden states and memory cells; pass them to the next `forward` to go on. */
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
 * With `projSize` (Sak et al., 2014) the state is smaller than the memory: $h_t = (o_t \odot \tanh(c_t)) W_{hr}^\top$.
 *
 * Input [batch, time, in], output [batch, time, D · hidden], states [layers · D, batch, hidden], with D = 2 where it is
 * bidirectional, else 1. The memory cell c keeps what the forget gate f lets stay and
 * takes up what the input gate i lets in of the candidate g; the output gate o shows it. Weights hold the gates in the
 * order i, f, g, o.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { LSTM } from '@nn/recurrent'
 * const lstm = new LSTM(8, 16)
 * const { output, state, trace } = lstm.forward(randn([2, 5, 8]), { trace: true })
 * output.shape // => [2, 5, 16]
 * state.c.shape // => [1, 2, 16]
 * trace.layers[0]!.forward.forget.shape // => [2, 5, 16]
 * ```
 */
export class LSTM extends Recurrent {
  /**
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the memory cell, at least 1
   * @param options - `numLayers` (1), `projSize` (0), `bias` (true), `batchFirst` (true), `dropout` (0), `bidirectional` (false), `init`, `generator`
   * @throws OptionError where a size or an option is not allowed
   */
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    const { projSize = 0 } = checkLayer('LSTM', options, ['projSize'])
    checkInteger('LSTM', 'projSize', projSize, 0)
    if (projSize > 0 && projSize >= hiddenSize)
      throw new OptionError(
        `LSTM: projSize ${projSize} must be below hiddenSize ${hiddenSize}: it makes the state smaller than the memory cell`,
      )
    super('LSTM', 'lstm', inputSize, hiddenSize, options, projSize)
  }

  /**
   * Runs through a sequence, and returns its trace, too.
   *
   * @param x - [batch, time, in], at least one step
   * @param options - `state`, `lengths`, `trace: true`
   */
  override forward(
    x: Tensor,
    options: ForwardOptions<LSTMState> & { trace: true },
  ): LSTMOutput & Traced<LSTMGates>
  /**
   * Runs through a sequence.
   *
   * @param x - [batch, time, in], at least one step; [time, in] without a batch
   * @param options - `state`: `{ h, c }`, each [layers · D, batch, hidden], to begin with, default zeros; `lengths` of padded sequences; `trace`
   * @returns the hidden states of all steps, and the last states
   * @throws ShapeError where input, state or lengths do not fit
   */
  override forward(x: Tensor, options?: ForwardOptions<LSTMState>): LSTMOutput & Partial<Traced<LSTMGates>>
  override forward(
    x: Tensor,
    options: ForwardOptions<LSTMState> = {},
  ): LSTMOutput & Partial<Traced<LSTMGates>> {
    checkForward('LSTM', options)
    const { state } = options
    checkState('LSTM', state)
    const { output, h, c, trace } = this.run(x, options, state?.h, state?.c)
    const result = { output, state: { h, c: c! } }
    return options.trace ? { ...result, trace: trace as Trace<object> as Trace<LSTMGates> } : result
  }
}

/** Refuses a state that is not `{ h, c }`. */
export function checkState(name: string, state: LSTMState | undefined): void {
  if (state !== undefined && (state?.h === undefined || state.c === undefined))
    throw new OptionError(
      `${name}: the state must be { h, c }, as forward returns it, got ${describe(state)}`,
    )
}
