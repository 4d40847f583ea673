import type { Tensor } from '@core/tensor'
import {
  checkForward,
  checkLayer,
  type ForwardOptions,
  type RecurrentOptions,
  type RecurrentOutput,
} from './options.js'
import { Recurrent } from './recurrent.js'
import type { GRUGates, Trace, Traced } from './trace.js'

/** Options of {@link GRU}. */
export interface GRUOptions extends RecurrentOptions {
  /** Whether the reset gate acts on the recurrent product (true, default) or on the state before it (false). */
  resetAfter?: boolean
}

/**
 * The gated recurrent unit (Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014):
 *
 * $$
 * \begin{aligned}
 * r_t &= \sigma(x_t W_{ir}^\top + b_{ir} + h_{t-1} W_{hr}^\top + b_{hr}) \\
 * z_t &= \sigma(x_t W_{iz}^\top + b_{iz} + h_{t-1} W_{hz}^\top + b_{hz}) \\
 * n_t &= \tanh(x_t W_{in}^\top + b_{in} + r_t \odot (h_{t-1} W_{hn}^\top + b_{hn})) \\
 * h_t &= z_t \odot h_{t-1} + (1 - z_t) \odot n_t
 * \end{aligned}
 * $$
 *
 * That is the form of PyTorch and cuDNN. With `resetAfter: false` the reset gate stands before the recurrent product, as in the
 * paper and in most courses: $n_t = \tanh(x_t W_{in}^\top + b_{in} + (r_t \odot h_{t-1}) W_{hn}^\top + b_{hn})$. Weights of one form do not fit the other.
 *
 * Input [batch, time, in], output [batch, time, D · hidden], state [layers · D, batch, hidden], with D = 2 where it is
 * bidirectional, else 1. The reset gate r says how much of the past enters the
 * candidate n; the update gate z how much of it stays: at z = 1 the state passes unchanged, bit for bit. Weights hold the gates in
 * the order r, z, n.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { GRU } from '@nn/recurrent'
 * const gru = new GRU(8, 16, { numLayers: 2, bidirectional: true })
 * const first = gru.forward(randn([2, 5, 8]))
 * gru.forward(randn([2, 5, 8]), { state: first.state }).output.shape // => [2, 5, 32]
 * const { trace } = gru.forward(randn([2, 5, 8]), { trace: true, lengths: [5, 3] })
 * trace.layers[1]!.backward!.update.shape // => [2, 5, 16]
 * ```
 */
export class GRU extends Recurrent {
  /**
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `numLayers` (1), `resetAfter` (true), `bias` (true), `batchFirst` (true), `dropout` (0), `bidirectional` (false), `init`, `generator`
   * @throws OptionError where a size or an option is not allowed
   */
  constructor(inputSize: number, hiddenSize: number, options: GRUOptions = {}) {
    const { resetAfter = true } = checkLayer('GRU', options, [], ['resetAfter'])
    super('GRU', resetAfter ? 'gru' : 'gruResetBefore', inputSize, hiddenSize, options)
  }

  /**
   * Runs through a sequence, and returns its trace, too.
   *
   * @param x - [batch, time, in], at least one step
   * @param options - `state`, `lengths`, `trace: true`
   */
  override forward(x: Tensor, options: ForwardOptions & { trace: true }): RecurrentOutput & Traced<GRUGates>
  /**
   * Runs through a sequence.
   *
   * @param x - [batch, time, in], at least one step; [time, in] without a batch
   * @param options - `state`: [layers · D, batch, hidden] to begin with, default zeros; `lengths` of padded sequences; `trace`
   * @returns the hidden states of all steps, and the last ones
   * @throws ShapeError where input, state or lengths do not fit
   */
  override forward(x: Tensor, options?: ForwardOptions): RecurrentOutput & Partial<Traced<GRUGates>>
  override forward(x: Tensor, options: ForwardOptions = {}): RecurrentOutput & Partial<Traced<GRUGates>> {
    checkForward('GRU', options)
    const { output, h, trace } = this.run(x, options, options.state)
    const result = { output, state: h }
    return options.trace ? { ...result, trace: trace as Trace<object> as Trace<GRUGates> } : result
  }
}
