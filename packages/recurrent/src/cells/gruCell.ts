import type { Tensor } from '@core/tensor'
import type { CellOptions } from '../options.js'
import { Cell, checkCell } from './cell.js'

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends CellOptions {
  /** Whether the reset gate acts on the recurrent product (true, default) or on the state before it (false). */
  resetAfter?: boolean
}

/**
 * One step of a {@link GRU}, whose formulas it has (Cho et al., 2014).
 *
 * Input [batch, in] or [in], state [batch, hidden] or [hidden]. Weights hold the gates in the order r, z, n. Parameters begin
 * uniform in ±1/√hidden, as in PyTorch.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { GRUCell } from '@nn/recurrent'
 * const cell = new GRUCell(3, 4)
 * const h = cell.forward(randn([3]))
 * cell.forward(randn([3]), h).shape // => [4]
 * ```
 */
export class GRUCell extends Cell {
  /**
   * @param inputSize - features of the input, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `resetAfter` (true), `bias` (true), `init`, `generator`
   * @throws OptionError where a size or an option is not allowed
   */
  constructor(inputSize: number, hiddenSize: number, options: GRUCellOptions = {}) {
    const { resetAfter = true } = checkCell('GRUCell', options, [], ['resetAfter'])
    super('GRUCell', resetAfter ? 'gru' : 'gruResetBefore', inputSize, hiddenSize, options)
  }

  /**
   * Goes one step.
   *
   * @param x - [batch, in] or [in]
   * @param state - [batch, hidden] or [hidden]; default zeros
   * @returns the new state, of the same form
   * @throws ShapeError where input or state do not fit
   */
  override forward(x: Tensor, state?: Tensor): Tensor {
    return this.step(x, state).h
  }
}
