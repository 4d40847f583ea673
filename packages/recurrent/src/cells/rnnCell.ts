import type { Tensor } from '@core/tensor'
import type { CellOptions } from '../options.js'
import { type Nonlinearity, plainCell } from '../rnn.js'
import { Cell, checkCell } from './cell.js'

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends CellOptions {
  /** The function that bounds the state: `'tanh'` (default) or `'relu'`. */
  nonlinearity?: Nonlinearity
}

/**
 * One step of an {@link RNN}: $h' = \tanh(x W_{ih}^\top + b_{ih} + h W_{hh}^\top + b_{hh})$.
 *
 * Input [batch, in] or [in], state [batch, hidden] or [hidden]. Parameters begin uniform in ±1/√hidden, as in PyTorch
 * (Elman, "Finding structure in time", 1990).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { RNNCell } from '@nn/recurrent'
 * const cell = new RNNCell(3, 4)
 * const h = cell.forward(randn([2, 3]))
 * cell.forward(randn([2, 3]), h).shape // => [2, 4]
 * ```
 */
export class RNNCell extends Cell {
  /**
   * @param inputSize - features of the input, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `nonlinearity` ('tanh'), `bias` (true), `init`, `generator`
   * @throws OptionError where a size or an option is not allowed
   */
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const cell = plainCell('RNNCell', checkCell('RNNCell', options, ['nonlinearity']))
    super('RNNCell', cell, inputSize, hiddenSize, options)
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
