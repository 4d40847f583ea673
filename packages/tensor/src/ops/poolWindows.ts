import type { Pair, PoolAttrs } from '../backends/kernels/pooling.js'
import { OptionError, ShapeError } from '../errors.js'
import { checkShape, type Shape, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkFloat, checkTensor } from './run.js'
import { checkSizes, type Sizes } from './sizes.js'

/** How windows lie; a number holds for all dimensions. */
export interface PoolOptions {
  /** How far the window moves. Default: its size. */
  stride?: Sizes | undefined
  /** Padding at either end, at most half of the window. Default 0. */
  padding?: Sizes
  /** Whether a window may reach beyond the end, so that no value is left out. Default false. */
  ceilMode?: boolean
}

/** Windows over a tensor's last dimensions, and the shape of the result. */
export interface Pooling {
  readonly attrs: PoolAttrs
  readonly shape: Shape
}

/** The two dimensions that kernels know. */
const pair = (sizes: readonly number[], missing: number): Pair =>
  sizes.length === 2 ? [sizes[0]!, sizes[1]!] : [missing, sizes[0]!]

function checkInput(op: string, dims: number, x: Tensor): void {
  checkTensor(op, x)
  checkFloat(op, x)
  const layout = dims === 1 ? 'n' : 'rows, columns'
  if (x.rank !== dims + 1 && x.rank !== dims + 2)
    throw new ShapeError(
      `${op}: the input must be [batch, channels, ${layout}] or [channels, ${layout}], got ${show(x.shape)}`,
    )
}

/** Windows of one size. */
export function windows(
  op: string,
  dims: number,
  x: Tensor,
  size: Sizes,
  options: PoolOptions & { dilation?: Sizes },
): Pooling {
  checkInput(op, dims, x)
  const kernel = checkSizes(op, 'kernelSize', size, dims, 1)
  const stride = checkSizes(op, 'stride', options.stride ?? kernel, dims, 1)
  const padding = checkSizes(op, 'padding', options.padding ?? 0, dims, 0)
  const dilation = checkSizes(op, 'dilation', options.dilation ?? 1, dims, 1)
  const input = x.shape.slice(-dims)
  const output = input.map((n, i) => {
    const [k, s, p] = [kernel[i]!, stride[i]!, padding[i]!]
    const reach = (k - 1) * dilation[i]! + 1
    if (2 * p > reach)
      throw new OptionError(
        `${op}: padding ${p} is more than half of the window, which is ${reach} wide; pad() the input`,
      )
    const room = n + 2 * p - reach
    let size = Math.floor((room + (options.ceilMode ? s - 1 : 0)) / s) + 1
    // The last window must begin inside of the input or its padding in front.
    if (options.ceilMode && (size - 1) * s >= n + p) size--
    if (size < 1)
      throw new ShapeError(
        `${op}: the window is ${reach} wide, dimension ${i - dims} of the input ${show(x.shape)} ${n}; take a smaller window`,
      )
    return size
  })
  return pooling(op, x, dims, output, {
    kernel: pair(kernel, 1),
    stride: pair(stride, 1),
    padding: pair(padding, 0),
    dilation: pair(dilation, 1),
    adaptive: false,
  })
}

/** Windows that divide the input evenly, as many as wanted; null keeps a size. */
export function adaptiveWindows(
  op: string,
  dims: number,
  x: Tensor,
  size: number | readonly (number | null)[],
): Pooling {
  checkInput(op, dims, x)
  const input = x.shape.slice(-dims)
  const given = Array.isArray(size)
    ? (size as readonly (number | null)[])
    : new Array<number>(dims).fill(size as number)
  const output = checkSizes(
    op,
    'outputSize',
    given.map((v, i) => v ?? input[given.length === 1 ? dims - 1 : i] ?? -1),
    dims,
    0,
  )
  if (input.includes(0) && sizeOf(output) > 0)
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} has no values in the pooled dimensions; give it at least one`,
    )
  return pooling(op, x, dims, output, {
    kernel: [1, 1],
    stride: [1, 1],
    padding: [0, 0],
    dilation: [1, 1],
    adaptive: true,
  })
}

function pooling(
  op: string,
  x: Tensor,
  dims: number,
  output: readonly number[],
  rest: Omit<PoolAttrs, 'planes' | 'input' | 'output'>,
): Pooling {
  const lead = x.shape.slice(0, -dims)
  const shape = [...lead, ...output]
  checkShape(op, shape)
  const attrs = {
    planes: sizeOf(lead),
    input: pair(x.shape.slice(-dims), 1),
    output: pair(output, 1),
    ...rest,
  }
  return { attrs, shape }
}
