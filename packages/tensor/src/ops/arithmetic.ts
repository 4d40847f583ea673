import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { BinaryOp, UnaryOp } from '../backends/kernels.js'
import { type DType, isFloat, promote } from '../dtype.js'
import { DTypeError, OptionError } from '../errors.js'
import { isTensor } from '../make.js'
import { checkOptions, describe } from '../options.js'
import { broadcastShapes, broadcastStrides, collapse, sameShape, show, sizeOf } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { sumTo } from './broadcast.js'
import { cast } from './cast.js'
import { checkTensor, checkTensors, filled, run, scalar } from './run.js'

/** A tensor, or a plain number that broadcasts against one. */
export type TensorLike = Tensor | number

/** How each operand of a broadcast op is walked. */
export function walk(
  op: string,
  a: Tensor,
  b: Tensor,
): { out: readonly number[]; shape: number[]; strides: number[][] } {
  if (sameShape(a.shape, b.shape)) return { out: a.shape, shape: [a.size], strides: [[1], [1]] }
  const out = broadcastShapes(op, a.shape, b.shape)
  if (b.size === 1 && a.rank === out.length) return { out, shape: [sizeOf(out)], strides: [[1], [0]] }
  const walked = collapse(out, [broadcastStrides(a.shape, out), broadcastStrides(b.shape, out)])
  return { out, ...walked }
}

/** Brings two operands to one dtype; at least one is a tensor. */
export function pair(op: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number')
    throw new OptionError(`${op}: one operand must be a Tensor; two plain numbers need no tensor op`)
  if (typeof a === 'number') {
    checkTensor(op, b as Tensor, 'the second operand')
    return [beside(a, b as Tensor), widen(b as Tensor, a)]
  }
  if (typeof b === 'number') {
    checkTensor(op, a, 'the first operand')
    return [widen(a, b), beside(b, a)]
  }
  checkTensors(op, [a, b], ['the first operand', 'the second operand'])
  if (a.dtype === b.dtype) return [a, b]
  const dtype = promote(a.dtype, b.dtype)
  return [cast(a, dtype), cast(b, dtype)]
}

// A plain number takes the tensor's dtype where that loses nothing: a fraction beside integers makes them floats.
function meet(value: number, t: Tensor): DType {
  if (isFloat(t.dtype)) return t.dtype
  return Number.isInteger(value) ? 'int32' : state.dtype
}
function beside(value: number, t: Tensor): Tensor {
  return scalar(value, meet(value, t), t.backend)
}
function widen(t: Tensor, value: number): Tensor {
  return cast(t, meet(value, t))
}

const INTEGER_OPS: ReadonlySet<BinaryOp> = new Set<BinaryOp>([
  'add',
  'sub',
  'mul',
  'maximum',
  'minimum',
  'fmod',
  'remainder',
  'floorDiv',
  'truncDiv',
])

/** Runs a broadcast kernel on two operands of one dtype. */
export function binary(op: BinaryOp, a: Tensor, b: Tensor): Tensor {
  if (!isFloat(a.dtype) && !(a.dtype === 'int32' && INTEGER_OPS.has(op)))
    throw new DTypeError(
      `${op}: not defined for ${a.dtype} (shapes ${show(a.shape)} and ${show(b.shape)}); use cast(x, 'float32') first`,
    )
  const { out, shape, strides } = walk(op, a, b)
  return run(kernels.binary, [a, b], out, a.dtype, {
    op,
    shape,
    aStrides: strides[0]!,
    bStrides: strides[1]!,
  })
}

/** Runs an element-wise kernel. */
export function unary(op: UnaryOp, x: Tensor): Tensor {
  return run(kernels.unary, [x], x.shape, x.dtype, { op })
}

/**
 * Sum, element by element: $y = a + b$. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { add, tensor } from '@core/tensor'
 * add(tensor([[1, 2], [3, 4]]), tensor([10, 20])).toArraySync() // => [[11, 22], [13, 24]]
 * ```
 */
export function add(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('add', a, b)
  const out = binary('add', x, y)
  if (!wantsGrad(x, y)) return out
  return track('add', out, [], [x, (g) => sumTo(g, x.shape)], [y, (g) => sumTo(g, y.shape)])
}

/**
 * Difference, element by element: $y = a - b$. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { sub, tensor } from '@core/tensor'
 * sub(10, tensor([1, 2])).toArraySync() // => [9, 8]
 * ```
 */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('sub', a, b)
  const out = binary('sub', x, y)
  if (!wantsGrad(x, y)) return out
  return track('sub', out, [], [x, (g) => sumTo(g, x.shape)], [y, (g) => sumTo(neg(g), y.shape)])
}

/**
 * Product, element by element (⊙): $y = a b$. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { mul, tensor } from '@core/tensor'
 * mul(tensor([1, 2]), tensor([3, 4])).toArraySync() // => [3, 8]
 * ```
 */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('mul', a, b)
  const out = binary('mul', x, y)
  if (!wantsGrad(x, y)) return out
  return track(
    'mul',
    out,
    [x, y],
    [x, (g) => sumTo(mul(g, y), x.shape)],
    [y, (g) => sumTo(mul(g, x), y.shape)],
  )
}

/** Options of {@link div}. */
export interface DivOptions {
  /** Rounds the quotient, down ('floor') or towards 0 ('trunc'); integers stay integers then. Default: none. */
  roundingMode?: 'floor' | 'trunc'
}

/**
 * Quotient, element by element: $y = a / b$, by IEEE 754 where $b = 0$. Integers become float32, unless the quotient is
 * rounded (0 where $b = 0$, then). Broadcasts as NumPy does. The gradient of a rounded quotient is 0.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @param options - `roundingMode`
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { div, tensor } from '@core/tensor'
 * div(tensor([1, 2]), 4).toArraySync() // => [0.25, 0.5]
 * div(tensor([7, -7]), 4, { roundingMode: 'floor' }).toArraySync() // => [1, -2]
 * ```
 */
export function div(a: TensorLike, b: TensorLike, options: DivOptions = {}): Tensor {
  const { roundingMode } = checkOptions('div', options, ['roundingMode'])
  const [p, q] = pair('div', a, b)
  if (roundingMode !== undefined) return roundedDiv(p, q, roundingMode)
  const [x, y] = isFloat(p.dtype) ? [p, q] : [cast(p, state.dtype), cast(q, state.dtype)]
  const out = binary('div', x, y)
  if (!wantsGrad(x, y)) return out
  return track(
    'div',
    out,
    [y, out],
    [x, (g) => sumTo(div(g, y), x.shape)],
    [y, (g) => sumTo(neg(mul(g, div(out, y))), y.shape)],
  )
}

function roundedDiv(x: Tensor, y: Tensor, mode: unknown): Tensor {
  if (mode !== 'floor' && mode !== 'trunc')
    throw new OptionError(`div: roundingMode must be 'floor' or 'trunc', got ${describe(mode)}`)
  const out = binary(mode === 'floor' ? 'floorDiv' : 'truncDiv', x, y)
  const flat = (t: Tensor) => filled(0, t.shape, t.dtype, t.backend)
  return track('div', out, [], [x, () => flat(x)], [y, () => flat(y)])
}

/**
 * The opposite, element by element: $y = -x$.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { neg, tensor } from '@core/tensor'
 * neg(tensor([1, -2])).toArraySync() // => [-1, 2]
 * ```
 */
export function neg(x: Tensor): Tensor {
  checkTensor('neg', x)
  if (x.dtype === 'bool')
    throw new DTypeError(`neg: not defined for bool ${show(x.shape)}; use logicalNot(x)`)
  return track('neg', unary('neg', x), [], [x, neg])
}

/** Whether the argument is a tensor or a number. */
export function isTensorLike(value: unknown): value is TensorLike {
  return typeof value === 'number' || isTensor(value)
}
