import type { Tensor } from '@core/tensor'
import { checkState } from '../lstm.js'
import type { CellOptions } from '../options.js'
import { Cell, checkCell } from './cell.js'

/** The state of an {@link LSTMCell}. */
export interface LSTMCellState {
  /** Hidden state [batch, hidden] or [hidden]. */
  readonly h: Tensor
  /** Memory cell [batch, hidden] or [hidden]. */
  readonly c: Tensor
}

/**
 * One step of an {@link LSTM}, whose formulas it has (Hochreiter and Schmidhuber, 1997; Gers et al., 2000).
 *
 * Input [batch, in] or [in], states [batch, hidden] or [hidden]. Weights hold the gates in the order i, f, g, o. Parameters
 * begin uniform in ±1/√hidden, as in PyTorch.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { LSTMCell } from '@nn/recurrent'
 * const cell = new LSTMCell(3, 4)
 * const { h, c } = cell.forward(randn([2, 3]))
 * cell.forward(randn([2, 3]), { h, c }).h.shape // => [2, 4]
 * ```
 */
export class LSTMCell extends Cell {
  /**
   * @param inputSize - features of the input, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `bias` (true), `init`, `generator`
   * @throws OptionError where a size or an option is not allowed
   */
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super('LSTMCell', 'lstm', inputSize, hiddenSize, checkCell('LSTMCell', options))
  }

  /**
   * Goes one step.
   *
   * @param x - [batch, in] or [in]
   * @param state - `{ h, c }`, each [batch, hidden] or [hidden]; default zeros
   * @returns the new `{ h, c }`, of the same form
   * @throws ShapeError where input or state do not fit
   */
  override forward(x: Tensor, state?: LSTMCellState): LSTMCellState {
    checkState('LSTMCell', state)
    const { h, c } = this.step(x, state?.h, state?.c)
    return { h, c: c! }
  }
}
