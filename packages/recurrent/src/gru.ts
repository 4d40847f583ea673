import type { Tensor } from '@core/tensor'
import {
  checkLayer,
  type ForwardOptions,
  Recurrent,
  type RecurrentOptions,
  type RecurrentOutput,
} from './recurrent.js'

/**
 * The gated recurrent unit (Cho et al., 2014), with the reset gate after the recurrent product, as in PyTorch and cuDNN:
 *
 * $$
 * \begin{aligned}
 * r_t &= \sigma(x_t W_{ir}^\top + b_{ir} + h_{t-1} W_{hr}^\top + b_{hr}) \\
 * z_t &= \sigma(x_t W_{iz}^\top + b_{iz} + h_{t-1} W_{hz}^\top + b_{hz}) \\
 * n_t &= \tanh(x_t W_{in}^\top + b_{in} + r_t \odot (h_{t-1} W_{hn}^\top + b_{hn})) \\
 * h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}
 * \end{aligned}
 * $$
 *
 * Input [batch, time, in], output [batch, time, hidden]. The reset gate r says how much of the past enters the
 * candidate n; the update gate z how much of it stays: at z = 1 the state passes unchanged. Weights hold the gates in
 * the order r, z, n.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { GRU } from '@nn/recurrent'
 * const gru = new GRU(8, 16)
 * const first = gru.forward(randn([2, 5, 8]))
 * gru.forward(randn([2, 5, 8]), { state: first.state }).output.shape // => [2, 5, 16]
 * ```
 */
export class GRU extends Recurrent {
  /**
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `bias` (true), `batchFirst` (true), `generator`
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super('GRU', 3, inputSize, hiddenSize, checkLayer('GRU', options))
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
    const { output } = this.run('gru', sequence.x, first)
    return { output: sequence.restore(output), state: sequence.state(this.last(output)) }
  }
}
