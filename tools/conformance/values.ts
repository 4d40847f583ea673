import { type Tensor, tensor } from '@core/tensor'
import { isRawTensor, numberOf, type Raw, type RawKwargs, type RawTensor } from './cases.ts'

/** An argument with its tensors made. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Tensor
  | readonly Value[]
  | { readonly [key: string]: Value }

/** Float tensors are made of this dtype. */
export type FloatDType = 'float32' | 'float64'

// What tensors of one number hold: an argument that must be a number may come as one, and not every backend can be read at once.
const single = new WeakMap<Tensor, number>()

/** The number in a tensor that was made of a case; undefined where it holds more than one. */
export function singleOf(made: Tensor): number | undefined {
  return single.get(made)
}

/** Makes a tensor of a case; floats are rounded to float32 first, as they were when the case was made. */
export function makeTensor(raw: RawTensor, dtype: FloatDType, requiresGrad = false): Tensor {
  const made = madeOf(raw, dtype, requiresGrad)
  if (raw.data.length === 1)
    single.set(made, raw.dtype === 'float32' ? Math.fround(numberOf(raw.data[0]!)) : numberOf(raw.data[0]!))
  return made
}

function madeOf(raw: RawTensor, dtype: FloatDType, requiresGrad: boolean): Tensor {
  const { shape } = raw
  if (raw.dtype === 'bool') return tensor(Uint8Array.from(raw.data, numberOf), { shape, dtype: 'bool' })
  if (raw.dtype === 'int32') return tensor(Int32Array.from(raw.data, numberOf), { shape, dtype: 'int32' })
  const rounded = Float32Array.from(raw.data, numberOf)
  return tensor(dtype === 'float32' ? rounded : Float64Array.from(rounded), { shape, dtype, requiresGrad })
}

/** Makes the inputs of a case, and keeps those that want a gradient in the order in which the case lists gradients. */
export class Inputs {
  /** One entry for each gradient listed: the tensor that wants it, else null. */
  readonly leaves: (Tensor | null)[] = []

  /**
   * @param dtype - of float tensors
   * @param gradients - the case's list: an entry that is not null asks for a gradient
   * @param everything - whether plain values have an entry in that list, too
   */
  constructor(
    private readonly dtype: FloatDType,
    private readonly gradients: readonly (RawTensor | null)[],
    private readonly everything: boolean,
  ) {}

  /** Makes a list of arguments. */
  list(raw: readonly Raw[]): Value[] {
    return raw.map((item) => this.value(item))
  }

  /** Makes arguments by name. */
  named(raw: RawKwargs): Record<string, Value> {
    return Object.fromEntries(Object.entries(raw).map(([name, item]) => [name, this.value(item)]))
  }

  private value(raw: Raw): Value {
    if (isRawTensor(raw)) {
      const wanted = Boolean(this.gradients[this.leaves.length])
      const made = makeTensor(raw, this.dtype, wanted)
      this.leaves.push(wanted ? made : null)
      return made
    }
    if (Array.isArray(raw)) return this.list(raw as readonly Raw[])
    if (typeof raw === 'object' && raw !== null) return this.named(raw as RawKwargs)
    if (this.everything) this.leaves.push(null)
    return raw === 'NaN' || raw === 'Infinity' || raw === '-Infinity' ? numberOf(raw) : (raw as Value)
  }
}
