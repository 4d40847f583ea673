import type { Backend } from './backends/backend.js'
import { type DType, TYPED, type TypedArray } from './dtype.js'
import { OptionError, ShapeError } from './errors.js'
import { makeTensor } from './make.js'
import { gather } from './ops/strided.js'
import { describe } from './options.js'
import { valuesNow } from './reading.js'
import { type Shape, sizeOf, stridesOf } from './shape.js'
import type { Tensor } from './tensor.js'

/** Numbers (or booleans) in arrays in arrays. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[]

/** Values in row-major order as nested arrays. */
export function nest(values: TypedArray, shape: Shape, dtype: DType): NestedNumbers {
  const build = (dim: number, at: number): NestedNumbers => {
    if (dim === shape.length) return dtype === 'bool' ? values[at] !== 0 : values[at]!
    const step = sizeOf(shape.slice(dim + 1))
    return Array.from({ length: shape[dim]! }, (_, i) => build(dim + 1, at + i * step))
  }
  return build(0, 0)
}

/** The shape of nested arrays; throws where they are ragged. */
export function shapeOfNested(op: string, values: NestedNumbers): number[] {
  const shape: number[] = []
  for (let v = values; Array.isArray(v); v = v[0] as NestedNumbers) {
    shape.push(v.length)
    if (v.length === 0) break
  }
  const check = (v: NestedNumbers, dim: number): void => {
    const isArray = Array.isArray(v)
    if (isArray !== dim < shape.length || (isArray && v.length !== shape[dim]))
      throw new ShapeError(
        `${op}: the nested arrays are ragged: at depth ${dim} ${isArray ? `one has ${v.length} entries` : 'there is a number'}, ` +
          `${dim < shape.length ? `the first has ${shape[dim]}` : 'the first is a number'}; all of one depth must be alike`,
      )
    if (isArray) for (const child of v) check(child, dim + 1)
    else if (typeof v !== 'number' && typeof v !== 'boolean')
      throw new OptionError(
        `${op}: the values must be numbers or booleans, alone, in nested arrays or in one typed array, got ${describe(v)}` +
          (ArrayBuffer.isView(v) ? ' inside an array; put all in one typed array and pass { shape }' : ''),
      )
  }
  check(values, 0)
  return shape
}

/** Writes nested arrays into a flat one. */
export function flattenNested(values: NestedNumbers, out: TypedArray): void {
  let at = 0
  const visit = (v: NestedNumbers): void => {
    if (Array.isArray(v)) for (const child of v) visit(child)
    else out[at++] = Number(v)
  }
  visit(values)
}

/** The values in another tensor's memory of its own. */
export function copyOf(x: Tensor): Tensor {
  return gather(x, x.shape, stridesOf(x.shape))
}

/** The values on another backend. */
export function move(
  op: string,
  x: Tensor,
  backend: Backend,
  role = 'the input',
  remedy = 'use await tensor.toAsync(backend)',
): Tensor {
  return makeTensor(backend.adopt(valuesNow(op, x, role, remedy), x.dtype), x.shape, x.dtype)
}

/** A typed array of a dtype with the values of another one, copied. */
export function convert(values: ArrayLike<number>, dtype: DType): TypedArray {
  return TYPED[dtype].from(values)
}
