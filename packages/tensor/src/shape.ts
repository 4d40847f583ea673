import { ShapeError } from './errors.js'

/** The sizes of a tensor's dimensions, outermost first; `[]` is a single number. */
export type Shape = readonly number[]

/** The most values a tensor may have: kernels count in 32 bits. */
const MAX_SIZE = 2 ** 31 - 1

/** How many values a tensor of this shape has. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (let i = 0; i < shape.length; i++) size *= shape[i]!
  return size
}

/** `[2, 3]` for messages. */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Checks that `shape` is a list of sizes; `op` names who asks. */
export function checkShape(op: string, shape: Shape): void {
  checkArray(op, shape)
  for (const size of shape)
    if (!Number.isInteger(size) || size < 0)
      throw new ShapeError(`${op}: sizes must be whole numbers ≥ 0, got ${String(size)} in ${show(shape)}`)
  if (sizeOf(shape) > MAX_SIZE)
    throw new ShapeError(
      `${op}: ${show(shape)} has ${sizeOf(shape)} values; a tensor holds at most 2³¹ − 1: work in parts`,
    )
}

/** Checks that a shape is an array at all. */
export function checkArray(op: string, shape: Shape): void {
  if (!Array.isArray(shape))
    throw new ShapeError(`${op}: the shape must be an array of sizes like [2, 3], got ${String(shape)}`)
}

/** Distances in elements between neighbours along each dimension of a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i]!
  }
  return strides
}

/** Turns an axis counted from either end into one from 0, or throws. */
export function checkAxis(op: string, axis: number, shape: Shape, extra = 0): number {
  const rank = shape.length + extra
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw new ShapeError(
      `${op}: axis ${String(axis)} does not exist in shape ${show(shape)}; ` +
        (rank > 0 ? `use ${-rank} to ${rank - 1}` : 'a single number has no axes'),
    )
  return axis < 0 ? axis + rank : axis
}

/** One axis, several, or none given (meaning all): sorted, from 0, without repetition. */
export function checkAxes(op: string, axis: number | readonly number[] | undefined, shape: Shape): number[] {
  if (axis === undefined) return shape.map((_, i) => i)
  const list = (Array.isArray(axis) ? axis : [axis]).map((a) => checkAxis(op, a, shape))
  if (new Set(list).size !== list.length)
    throw new ShapeError(
      `${op}: axes [${String(axis)}] name a dimension of ${show(shape)} twice; name each once`,
    )
  return list.sort((a, b) => a - b)
}

/** The shape to which `a` and `b` broadcast, by NumPy's rule. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a
  const rank = Math.max(a.length, b.length)
  const out = new Array<number>(rank)
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1
    const y = b[i - rank + b.length] ?? 1
    if (x !== y && x !== 1 && y !== 1)
      throw new ShapeError(
        `${op}: shapes ${show(a)} and ${show(b)} do not broadcast: dimension ${i - rank} is ${x} in one and ${y} in the other; ` +
          'they must be equal or one of them 1 (use reshape, unsqueeze or expand)',
      )
    out[i] = x === 1 ? y : x
  }
  checkShape(op, out)
  return out
}

/** Strides with which an operand of shape `from` is walked when the result has shape `to`: 0 where it is repeated. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = new Array<number>(to.length).fill(0)
  let step = 1
  for (let i = from.length - 1, j = to.length - 1; i >= 0; i--, j--) {
    if (from[i] !== 1) strides[j] = step
    step *= from[i]!
  }
  return strides
}

/** A walk over a result in as few dimensions as possible: neighbours that every operand steps through alike become one. */
export interface Collapsed {
  shape: number[]
  strides: number[][]
}

/** Merges neighbouring dimensions wherever all operands allow it; at least one dimension stays. */
export function collapse(shape: Shape, strides: readonly (readonly number[])[]): Collapsed {
  const outShape: number[] = []
  const out: number[][] = strides.map(() => [])
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i]!
    if (size === 1) continue
    const last = outShape.length - 1
    if (last >= 0 && strides.every((s, k) => out[k]![last] === s[i]! * size)) {
      outShape[last]! *= size
      strides.forEach((s, k) => {
        out[k]![last] = s[i]!
      })
    } else {
      outShape.push(size)
      for (let k = 0; k < out.length; k++) out[k]!.push(strides[k]![i]!)
    }
  }
  if (outShape.length === 0) {
    outShape.push(1)
    for (const s of out) s.push(1)
  }
  if (outShape.length > MAX_WALK)
    throw new ShapeError(
      `a walk over ${show(shape)} needs ${outShape.length} separate dimensions; at most ${MAX_WALK} are supported: make a copy with clone() of a reshaped operand first`,
    )
  return { shape: outShape, strides: out }
}

/** Kernels walk at most this many separate dimensions. */
const MAX_WALK = 6
