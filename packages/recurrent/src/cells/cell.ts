import { type Parameter, reshape, ShapeError, type Tensor, zeros } from '@core/tensor'
import {
  checkOptions,
  checkTensor,
  checkTensors,
  type RecurrentCell,
  type RecurrentOutputs,
  recurrentLayer,
  show,
} from '@core/tensor/extend'
import { Module } from '@nn/module'
import { KINDS } from '../kinds.js'
import type { CellOptions } from '../options.js'
import { checkSizes, type DirectionWeights, inputsOf, newWeights } from '../weights.js'

/** What {@link RNNCell}, {@link GRUCell} and {@link LSTMCell} share: weights in PyTorch's layout and names, and one step. */
export abstract class Cell extends Module {
  /** Input weights [gates · hidden, in]; `weight_ih` in the state. */
  readonly weightIh: Parameter
  /** Recurrent weights [gates · hidden, hidden]; `weight_hh` in the state. */
  readonly weightHh: Parameter
  /** Input bias [gates · hidden]; `bias_ih` in the state. */
  readonly biasIh: Parameter | undefined
  /** Hidden bias [gates · hidden]; `bias_hh` in the state. */
  readonly biasHh: Parameter | undefined

  /**
   * @param name - the cell, for messages
   * @param cell - what it computes
   * @param inputSize - features of the input, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - checked
   */
  protected constructor(
    private readonly name: string,
    private readonly cell: RecurrentCell,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: CellOptions,
  ) {
    super()
    checkSizes(name, inputSize, hiddenSize)
    const { bias = true, init, generator } = options
    const sizes = { inputSize, hiddenSize, projSize: 0 }
    const weights = newWeights({ name, ...KINDS[cell] }, { ...sizes, bias, suffix: '', init, generator })
    this.weightIh = weights.weightIh
    this.weightHh = weights.weightHh
    this.biasIh = weights.biasIh
    this.biasHh = weights.biasHh
  }

  /** @internal One step of [batch, in] or [in]; the states come back in the same form. */
  protected step(x: Tensor, h: Tensor | undefined, c?: Tensor): { h: Tensor; c: Tensor | undefined } {
    const { name, cell, inputSize, hiddenSize } = this
    checkTensor(name, x)
    if ((x.rank !== 1 && x.rank !== 2) || x.shape[x.rank - 1] !== inputSize)
      throw new ShapeError(
        `${name}: the input ${show(x.shape)} must be [batch, features] or [features], with ${inputSize} features`,
      )
    const batch = x.rank === 2 ? x.shape[0]! : 1
    const plain = x.rank === 2 ? [batch, hiddenSize] : [hiddenSize]
    const first = (state: Tensor | undefined, what: string) => {
      if (state === undefined) return zeros([batch, hiddenSize], { dtype: x.dtype, backend: x.backend })
      checkTensors(name, [x, state], ['the input', what])
      if (show(state.shape) !== show(plain))
        throw new ShapeError(
          `${name}: ${what} has shape ${show(state.shape)}; ${show(plain)} is needed for an input ${show(x.shape)} and hiddenSize ${hiddenSize}`,
        )
      return reshape(state, [batch, hiddenSize])
    }
    const memory = cell === 'lstm'
    const result: RecurrentOutputs = recurrentLayer(cell, {
      x: reshape(x, [1, batch, inputSize]),
      ...inputsOf(this.weights()),
      h0: first(h, memory ? 'the state h' : 'the state'),
      ...(memory ? { c0: first(c, 'the state c') } : {}),
    })
    return { h: reshape(result.hLast, plain), c: result.cLast && reshape(result.cLast, plain) }
  }

  private weights(): DirectionWeights {
    const { weightIh, weightHh, biasIh, biasHh } = this
    return { weightIh, weightHh, ...(biasIh && biasHh ? { biasIh, biasHh } : {}) }
  }
}

/** Checks the options that all cells have; gives them back. */
export function checkCell<T extends CellOptions>(
  name: string,
  options: T,
  more: readonly (keyof T & string)[] = [],
  switches: readonly (keyof T & string)[] = [],
): T {
  return checkOptions(name, options, [...more, 'init', 'generator'], ['bias', ...switches])
}
