import {
  type Generator,
  Parameter,
  permute,
  reshape,
  ShapeError,
  select,
  type Tensor,
  uniform,
  unsqueeze,
  zeros,
} from '@core/tensor'
import {
  checkInteger,
  checkOptions,
  checkTensor,
  checkTensors,
  type RecurrentOutputs,
  recurrentLayer,
  show,
} from '@core/tensor/extend'
import { Module } from '@nn/module'

/** Options that all recurrent layers have. */
export interface RecurrentOptions {
  /** Whether biases are added. Default true. */
  bias?: boolean
  /** Whether the batch stands before time: [batch, time, features] (default), else [time, batch, features]. */
  batchFirst?: boolean
  /** Where the first weights come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/** Options of `forward`; `State` is a tensor, or for LSTM two. */
export interface ForwardOptions<State = Tensor> {
  /** The state to begin with, as an earlier `forward` returned it. Default: zeros. */
  state?: State | undefined
}

/** What `forward` gives. */
export interface RecurrentOutput {
  /** The hidden states of all steps, [batch, time, hidden] (or time first, as the input). */
  readonly output: Tensor
  /** The last hidden state, [1, batch, hidden] ([1, hidden] without a batch); pass it to the next `forward` to go on. */
  readonly state: Tensor
}

/** Checks the options that all recurrent layers have, before anything is drawn; gives them back. */
export function checkLayer<T extends RecurrentOptions>(
  name: string,
  options: T,
  more: readonly (keyof T & string)[] = [],
): T {
  return checkOptions(name, options, [...more, 'generator'], ['bias', 'batchFirst'])
}

/** The fused cells. */
type Cell = Parameters<typeof recurrentLayer>[0]

/** An input brought to [time, batch, features], and how its results are brought back. */
interface Sequence {
  readonly x: Tensor
  readonly batch: number
  readonly restore: (output: Tensor) => Tensor
  /** A state [batch, hidden] as the caller gets it. */
  readonly state: (last: Tensor) => Tensor
}

/**
 * What RNN, GRU and LSTM share: weights in PyTorch's layout and names, the order of dimensions, first states. For
 * layers of one's own extend {@link Module}.
 */
export abstract class Recurrent extends Module {
  /** Input weights [gates · hidden, in]; `weight_ih_l0` in the state. */
  readonly weightIh: Parameter
  /** Recurrent weights [gates · hidden, hidden]; `weight_hh_l0` in the state. */
  readonly weightHh: Parameter
  /** Input bias [gates · hidden]; `bias_ih_l0` in the state. */
  readonly biasIh: Parameter | undefined
  /** Hidden bias [gates · hidden]; `bias_hh_l0` in the state. */
  readonly biasHh: Parameter | undefined
  /** Whether the batch stands before time. */
  readonly batchFirst: boolean

  /**
   * @param name - the layer, for messages
   * @param gates - blocks of weights: 1, 3 or 4
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - `bias`, `batchFirst`, `generator`
   */
  protected constructor(
    private readonly name: string,
    gates: number,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: RecurrentOptions,
  ) {
    super()
    const { bias = true, batchFirst = true, generator } = options
    checkInteger(name, 'inputSize', inputSize, 1)
    checkInteger(name, 'hiddenSize', hiddenSize, 1)
    this.batchFirst = batchFirst
    // PyTorch's default: everything uniform in ±1/√hidden
    const bound = 1 / Math.sqrt(hiddenSize)
    const rows = gates * hiddenSize
    const draw = (shape: number[], exportName: string) =>
      new Parameter(uniform(shape, -bound, bound, generator ? { generator } : {}), { name: exportName })
    this.weightIh = draw([rows, inputSize], 'weight_ih_l0')
    this.weightHh = draw([rows, hiddenSize], 'weight_hh_l0')
    this.biasIh = bias ? draw([rows], 'bias_ih_l0') : undefined
    this.biasHh = bias ? draw([rows], 'bias_hh_l0') : undefined
  }

  /** @internal Runs the fused layer on [time, batch, features]. */
  protected run(cell: Cell, x: Tensor, h0: Tensor, c0?: Tensor): RecurrentOutputs {
    const { weightIh: wInput, weightHh: wHidden, biasIh: bInput, biasHh: bHidden } = this
    return recurrentLayer(cell, { x, wInput, wHidden, bInput, bHidden, h0, ...(c0 ? { c0 } : {}) })
  }

  /** @internal Checks an input and brings it to [time, batch, features]. */
  protected sequence(x: Tensor): Sequence {
    checkTensor(this.name, x)
    const layout = this.batchFirst ? '[batch, time, features]' : '[time, batch, features]'
    const time = x.shape[x.rank === 3 && this.batchFirst ? 1 : 0]
    if ((x.rank !== 3 && x.rank !== 2) || x.shape[x.rank - 1] !== this.inputSize || time === 0)
      throw new ShapeError(
        `${this.name}: the input ${show(x.shape)} must be ${layout}, or [time, features] without a batch, ` +
          `with ${this.inputSize} features and at least one step`,
      )
    if (x.rank === 2) {
      const restore = (y: Tensor) => reshape(y, [time!, this.hiddenSize])
      return { x: unsqueeze(x, 1), batch: 1, restore, state: (last) => last }
    }
    const state = (last: Tensor) => unsqueeze(last, 0)
    if (!this.batchFirst) return { x, batch: x.shape[1]!, restore: (y) => y, state }
    const swap = (y: Tensor) => permute(y, [1, 0, 2])
    return { x: swap(x), batch: x.shape[0]!, restore: swap, state }
  }

  /** @internal A first state as [batch, hidden], zeros where none is given. */
  protected first(x: Tensor, batch: number, state: Tensor | undefined, what: string): Tensor {
    if (state === undefined) return zeros([batch, this.hiddenSize], { dtype: x.dtype, backend: x.backend })
    checkTensors(this.name, [x, state], ['the input', what])
    const plain = show(state.shape)
    if (plain !== show([1, batch, this.hiddenSize]) && plain !== show([batch, this.hiddenSize]))
      throw new ShapeError(
        `${this.name}: ${what} has shape ${plain}; ${show([1, batch, this.hiddenSize])} is needed for an input with a batch of ${batch} and hiddenSize ${this.hiddenSize}`,
      )
    return reshape(state, [batch, this.hiddenSize])
  }

  /** The hidden state after the last step, [batch, hidden]. */
  protected last(output: Tensor): Tensor {
    return select(output, 0, -1)
  }

  /** Checks the options of `forward`, so that a state passed in their place is not overlooked. */
  protected checkForward(options: ForwardOptions<unknown>): void {
    checkOptions(this.name, options, ['state'])
  }
}
