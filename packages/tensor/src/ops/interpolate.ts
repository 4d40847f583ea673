import { OptionError, ShapeError } from '../errors.js'
import { checkOptions, describe } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { type Resampling, resampleAxis } from './resample.js'
import { checkFloat, checkTensor } from './run.js'
import { checkSizes, type Sizes } from './sizes.js'

/** How {@link interpolate} finds values between others. */
export type InterpolateMode = 'nearest' | 'linear' | 'bilinear' | 'trilinear'

/** Options of {@link interpolate}: the new size, or by how much it shall be larger. */
export interface InterpolateOptions {
  /** The new sizes. */
  size?: Sizes | undefined
  /** New size ÷ old size. */
  scaleFactor?: number | readonly number[] | undefined
  /** `nearest`, `linear` (one dimension), `bilinear` (two) or `trilinear` (three). Default `nearest`. */
  mode?: InterpolateMode
  /** Whether the outermost values keep their places, instead of the edges of the image; not for `nearest`. Default false. */
  alignCorners?: boolean | undefined
  /** Whether the scale is taken from the sizes, which are whole numbers, instead of from `scaleFactor`. Default false. */
  recomputeScaleFactor?: boolean | undefined
}

const DIMS = { linear: 1, bilinear: 2, trilinear: 3 } as const

/** `images`: of two dimensions PyTorch leaves sizes that are the same, or doubled, to themselves, whatever the scale factor says. */
function nearest(n: number, m: number, scale: number, images: boolean): Resampling {
  const step = images && (m === n || m === 2 * n) ? n / m : scale
  return { taps: 1, index: Array.from({ length: m }, (_, i) => Math.min(Math.floor(i * step), n - 1)) }
}

function linear(n: number, m: number, scale: number, align: boolean): Resampling {
  const index: number[] = []
  const weight: number[] = []
  for (let i = 0; i < m; i++) {
    const at = align ? (m > 1 ? (i * (n - 1)) / (m - 1) : 0) : Math.max(scale * (i + 0.5) - 0.5, 0)
    const low = Math.min(Math.floor(at), n - 1)
    const part = Math.min(Math.max(at - low, 0), 1)
    index.push(low, Math.min(low + 1, n - 1))
    weight.push(1 - part, part)
  }
  return { taps: 2, index, weight }
}

/** The new sizes, and how far apart their values lie in the old image. */
function target(x: Tensor, dims: number, options: InterpolateOptions): { size: number[]; scale: number[] } {
  const old = x.shape.slice(2)
  const { size, scaleFactor, recomputeScaleFactor = false } = options
  if ((size === undefined) === (scaleFactor === undefined))
    throw new OptionError(
      `interpolate: give either size or scaleFactor, got ${size === undefined ? 'neither' : 'both'}`,
    )
  if (size !== undefined) {
    const sizes = checkSizes('interpolate', 'size', size, dims, 1)
    return { size: sizes, scale: sizes.map((m, i) => old[i]! / m) }
  }
  const given = Array.isArray(scaleFactor) ? (scaleFactor as readonly number[]) : [scaleFactor as number]
  const factors = given.length === 1 ? new Array<number>(dims).fill(given[0]!) : given
  if (factors.length !== dims || factors.some((f) => !Number.isFinite(f) || f <= 0))
    throw new OptionError(
      `interpolate: scaleFactor must be a number > 0${dims > 1 ? `, or ${dims} of them` : ''}, got ${describe(scaleFactor)}`,
    )
  const sizes = old.map((n, i) => Math.floor(n * factors[i]!))
  if (sizes.includes(0))
    throw new ShapeError(`interpolate: ${show(x.shape)} would become ${show(sizes)}; scale by more`)
  return { size: sizes, scale: sizes.map((m, i) => (recomputeScaleFactor ? old[i]! / m : 1 / factors[i]!)) }
}

/**
 * Resizes images: each value of the result is the nearest old one, or lies on the line between the nearest two of each
 * dimension. Position i stands at $(i + \frac12) \frac{n}{m} - \frac12$ in the old image, with `alignCorners` at $i \frac{n - 1}{m - 1}$.
 *
 * @param x - a float tensor [batch, channels, …] with one to three further dimensions
 * @param options - `size` or `scaleFactor`; `mode`, `alignCorners`, `recomputeScaleFactor`
 * @returns [batch, channels, …] with the new sizes
 * @throws ShapeError where the mode does not fit the dimensions; OptionError where an option is out of range
 * @example
 * ```ts
 * import { interpolate, tensor } from '@core/tensor'
 * interpolate(tensor([[[1, 2]]]), { scaleFactor: 2 }).toArraySync() // => [[[1, 1, 2, 2]]]
 * interpolate(tensor([[[1, 3]]]), { size: 3, mode: 'linear', alignCorners: true }).toArraySync() // => [[[1, 2, 3]]]
 * ```
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  checkOptions(
    'interpolate',
    options,
    ['size', 'scaleFactor', 'mode'],
    ['alignCorners', 'recomputeScaleFactor'],
  )
  checkTensor('interpolate', x)
  checkFloat('interpolate', x)
  const { mode = 'nearest', alignCorners } = options
  if (mode !== 'nearest' && !(mode in DIMS))
    throw new OptionError(
      `interpolate: mode must be nearest, linear, bilinear or trilinear, got ${describe(mode)}`,
    )
  const dims = x.rank - 2
  if (dims < 1 || dims > 3 || (mode !== 'nearest' && DIMS[mode] !== dims))
    throw new ShapeError(
      `interpolate: mode '${mode}' takes [batch, channels, …] with ${mode === 'nearest' ? 'one to three' : DIMS[mode]} further dimensions, got ${show(x.shape)}`,
    )
  if (mode === 'nearest' && alignCorners !== undefined)
    throw new OptionError("interpolate: alignCorners is for linear modes; leave it out for mode 'nearest'")
  const { size, scale } = target(x, dims, options)
  if (x.shape.slice(2).includes(0))
    throw new ShapeError(
      `interpolate: ${show(x.shape)} has no values between which to find others; give it at least one`,
    )
  let y = x
  for (let i = dims - 1; i >= 0; i--) {
    const [n, m] = [x.shape[i + 2]!, size[i]!]
    const step = scale[i]!
    y = resampleAxis(
      y,
      i + 2,
      mode === 'nearest' ? nearest(n, m, step, dims === 2) : linear(n, m, step, alignCorners ?? false),
    )
  }
  return y
}
