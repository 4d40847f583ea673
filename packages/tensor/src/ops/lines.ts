import type { Line } from '../backends/kernels/along.js'
import { checkAxis, type Shape, sizeOf } from '../shape.js'

/** An axis as the kernels see it: the middle one of [outer, n, inner]. */
export interface Lines extends Line {
  /** The axis, from 0. */
  readonly at: number
}

/** Finds the lines along an axis; a single number is one line of length 1. */
export function linesOf(op: string, axis: number, shape: Shape): Lines {
  const own = shape.length === 0 ? [1] : shape
  const at = checkAxis(op, axis, own)
  return { at, outer: sizeOf(own.slice(0, at)), n: own[at]!, inner: sizeOf(own.slice(at + 1)) }
}

/** The shape with another size along the axis; of a single number [size]. */
export function resized(shape: Shape, at: number, size: number): number[] {
  return shape.length === 0 ? [size] : shape.map((n, i) => (i === at ? size : n))
}
