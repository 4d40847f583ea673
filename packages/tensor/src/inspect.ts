import type { TypedArray } from './dtype.js'
import { type Shape, show, stridesOf } from './shape.js'
import type { Tensor } from './tensor.js'

/** Entries shown at each end of a long dimension. */
const EDGE = 3
/** Dimensions up to this size are shown whole. */
const WHOLE = 8

/** `Tensor [2, 3] float32 …` with the values, long dimensions cut in the middle. */
export function inspect(x: Tensor): string {
  const head = `Tensor ${show(x.shape)} ${x.dtype}${x.requiresGrad ? ' requiresGrad' : ''}`
  if (x.storage.disposed) return `${head} (disposed)`
  const values = seen(x)
  if (!values) return `${head} (on ${x.backend.name}; await data() for its values)`
  const cell = (v: number) =>
    x.dtype === 'bool' ? String(v !== 0) : x.dtype === 'int32' ? String(v) : float(v)
  return `${head}\n${block(values, x.shape, stridesOf(x.shape), 0, 0, cell)}`
}

/** The values where they can be had at once; printing must not fail, whatever has become of the device. */
function seen(x: Tensor): TypedArray | null {
  try {
    return x.backend.peek(x.storage)
  } catch {
    return null
  }
}

function block(
  values: ArrayLike<number>,
  shape: Shape,
  strides: readonly number[],
  dim: number,
  at: number,
  cell: (v: number) => string,
): string {
  if (dim === shape.length) return cell(values[at]!)
  const n = shape[dim]!
  const picks = n <= WHOLE ? range(0, n) : [...range(0, EDGE), -1, ...range(n - EDGE, n)]
  const parts = picks.map((i) =>
    i < 0 ? '…' : block(values, shape, strides, dim + 1, at + i * strides[dim]!, cell),
  )
  const inner = dim === shape.length - 1
  return `[${parts.join(inner ? ', ' : `,\n${' '.repeat(dim + 1)}`)}]`
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

function float(v: number): string {
  if (!Number.isFinite(v)) return String(v)
  const text = Number(v.toPrecision(5))
  return String(text)
}
