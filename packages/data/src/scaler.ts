import { DTypeError, OptionError, ShapeError, type Tensor, tensor } from '@core/tensor'
import { checkTensor, describe, show, valuesNow } from '@core/tensor/extend'
import { checkColumns } from './windows.js'

/** What a scaler has learned, plain enough for JSON: one entry for each feature. */
export interface ScalerState {
  /** What is subtracted. */
  readonly shift: readonly number[]
  /** What it is then divided by; never 0. */
  readonly scale: readonly number[]
}

/**
 * Shifts and scales each feature by numbers of its own: $y = (x - \mathrm{shift}) / \mathrm{scale}$. Features are the last
 * dimension. {@link Standardizer} and {@link MinMaxScaler} learn the numbers from data.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Scaler } from '@nn/data'
 * const celsius = new Scaler()
 * celsius.state = { shift: [32], scale: [1.8] }
 * celsius.transform(tensor([[212]])).toArraySync() // ~> [[100]]
 * ```
 */
export class Scaler {
  private learned: ScalerState | undefined
  /** The class, for messages. */
  protected readonly op: string = 'Scaler'

  /** What was learned; store it in a checkpoint, and set it on a scaler that shall do the same. */
  get state(): ScalerState {
    const { shift, scale } = this.numbers('state')
    return { shift: [...shift], scale: [...scale] }
  }

  /** Takes over what another one has learned. */
  set state(saved: ScalerState) {
    const { shift, scale } = (saved ?? {}) as Partial<ScalerState>
    const finite = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite)
    if (
      !finite(shift) ||
      !finite(scale) ||
      shift.length === 0 ||
      shift.length !== scale.length ||
      scale.includes(0)
    )
      throw new OptionError(
        `${this.op}.state: expected { shift, scale }, two lists of numbers with one for each feature and no scale of 0, ` +
          `got ${describe(saved)}; give what the state of a scaler was`,
      )
    this.learned = { shift: [...shift], scale: [...scale] }
  }

  /**
   * Scales.
   *
   * @param x - float tensor [..., features]
   * @returns $(x - \mathrm{shift}) / \mathrm{scale}$, of the same shape
   * @throws OptionError before anything was learned; ShapeError when the features are not as many
   */
  transform(x: Tensor): Tensor {
    const [shift, scale] = this.tensors('transform', x)
    return x.sub(shift).div(scale)
  }

  /**
   * Undoes {@link Scaler.transform}.
   *
   * @param y - scaled values [..., features]
   * @returns $y \cdot \mathrm{scale} + \mathrm{shift}$, of the same shape
   * @throws OptionError before anything was learned; ShapeError when the features are not as many
   */
  inverse(y: Tensor): Tensor {
    const [shift, scale] = this.tensors('inverse', y)
    return y.mul(scale).add(shift)
  }

  /**
   * A scaler for some of the features: what a model forecasts, say.
   *
   * @param columns - which ones, in the order wanted
   * @returns a scaler for as many features
   * @example
   * ```ts
   * import { tensor } from '@core/tensor'
   * import { MinMaxScaler } from '@nn/data'
   * const both = new MinMaxScaler().fit(tensor([[0, 10], [4, 30]]))
   * both.select([1]).inverse(tensor([[0.5]])).toArraySync() // => [[20]]
   * ```
   */
  select(columns: readonly number[]): Scaler {
    const { shift, scale } = this.numbers('select')
    checkColumns(`${this.op}.select`, 'columns', columns, shift.length)
    const some = new Scaler()
    some.state = { shift: columns.map((i) => shift[i]!), scale: columns.map((i) => scale[i]!) }
    return some
  }

  private numbers(method: string): ScalerState {
    if (!this.learned)
      throw new OptionError(
        `${this.op}.${method}: nothing was learned yet; call fit(train) first, or set the state of one that has`,
      )
    return this.learned
  }

  private tensors(method: string, x: Tensor): [shift: Tensor, scale: Tensor] {
    const { shift, scale } = this.numbers(method)
    checkFeatures(`${this.op}.${method}`, x)
    const { dtype, backend } = x
    if (x.shape.at(-1) !== shift.length)
      throw new ShapeError(
        `${this.op}.${method}: the input ${show(x.shape)} must have ${shift.length} features in its last dimension, as what was learned from; ` +
          'select(columns) makes a scaler for some of them',
      )
    return [tensor([...shift], { dtype, backend }), tensor([...scale], { dtype, backend })]
  }
}

/** Checks a float tensor [..., features]. */
function checkFeatures(op: string, x: Tensor): void {
  checkTensor(op, x)
  if (x.dtype !== 'float32' && x.dtype !== 'float64')
    throw new DTypeError(
      `${op}: the input ${show(x.shape)} is ${x.dtype}; a float tensor is needed: use cast(x, 'float32')`,
    )
  if (x.rank < 2)
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} must be [..., features]; use reshape(x, [-1, 1]) for a single feature`,
    )
}

/** The values of each feature, for learning; refuses gaps, which would spoil all. */
export function columnsOf(op: string, x: Tensor): Float64Array[] {
  checkFeatures(op, x)
  const features = x.shape.at(-1)!
  if (x.size === 0) throw new ShapeError(`${op}: the input ${show(x.shape)} has no values to learn from`)
  const values = valuesNow(op, x)
  const count = values.length / features
  return Array.from({ length: features }, (_, column) =>
    Float64Array.from({ length: count }, (_, row) => {
      const value = values[row * features + column]!
      if (!Number.isFinite(value))
        throw new OptionError(
          `${op}: feature ${column} is ${value} in row ${row}; fill gaps or leave such rows out first`,
        )
      return value
    }),
  )
}
