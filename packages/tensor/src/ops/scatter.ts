import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { GradientError, OptionError, ShapeError } from '../errors.js'
import { checkOptions, describe } from '../options.js'
import { sameShape, show, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import type { TensorLike } from './arithmetic.js'
import { block, withBlock } from './block.js'
import { reshape } from './broadcast.js'
import { checkIndexing, checkWithin } from './gather.js'
import { type Lines, linesOf, resized } from './lines.js'
import { pick } from './pick.js'
import { checkFloat, checkSameDType, checkTensors, execute, filled } from './run.js'
import { gather as copy } from './strided.js'

/** What happens to a value for which there is a new one. */
type Mode = 'set' | 'add' | 'multiply'

/** x with new values at the indices; the shapes were checked. */
function put(x: Tensor, index: Tensor, source: Tensor, lines: Lines, mode: Mode): Tensor {
  const { at, outer, n, inner } = lines
  const y = copy(x, x.shape, stridesOf(x.shape))
  execute(kernels.scatterAlong, [source, index], [y], { outer, n, inner, count: index.shape[at] ?? 1, mode })
  if (!wantsGrad(x, source)) return y
  const zeros = (g: Tensor) => filled(0, index.shape, g.dtype, g.backend)
  return track(
    mode === 'add' ? 'scatterAdd' : 'scatter',
    y,
    [index],
    [x, (g) => (mode === 'add' ? g : put(g, index, zeros(g), lines, 'set'))],
    [source, (g) => pick(g, index, lines)],
  )
}

function scattered(op: string, x: Tensor, axis: number, index: Tensor, source: Tensor, mode: Mode): Tensor {
  const at = checkIndexing(op, x, axis, index)
  if (Math.max(1, source.rank) !== Math.max(1, index.rank))
    throw new ShapeError(
      `${op}: the index ${show(index.shape)} and the source ${show(source.shape)} must have equally many dimensions`,
    )
  checkSameDType(op, x, source, 'the input', 'the source')
  checkWithin(op, index, source.shape, 'the source')
  if (index.size === 0) return x
  const flat = (t: Tensor) => (t.rank === 0 ? reshape(t, [1]) : t)
  const [whole, places, values] = [flat(x), flat(index), flat(source)]
  const used = sameShape(values.shape, places.shape) ? values : block(values, places.shape)
  const size = resized(places.shape, at, whole.shape[at]!)
  const lines = linesOf(op, at, size)
  if (sameShape(size, whole.shape)) return reshape(put(whole, places, used, lines, mode), x.shape)
  return withBlock(whole, put(block(whole, size), places, used, lines, mode))
}

/** Options of {@link scatter}. */
export interface ScatterOptions {
  /** What to do with the value that is there already, where it shall not just be replaced. */
  reduce?: 'add' | 'multiply'
}

/**
 * Writes values along an axis by number, each line of the index for itself; the rest is that of x: for three dimensions
 * and axis 1, $y_{i\,n_{ijk}\,k} = s_{ijk}$. Of several values for one place the last stays; each gets that place's gradient.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param index - int32, with as many dimensions as x, in the others at most as large
 * @param source - the values: a tensor at least as large as the index, or a number
 * @param options - `reduce`: adds to what is there, or multiplies it (without gradient)
 * @returns a new tensor of the shape of x
 * @throws ShapeError where a number is out of range or the shapes do not fit; DTypeError where the index is not int32
 * @example
 * ```ts
 * import { scatter, tensor, zeros } from '@core/tensor'
 * const index = tensor([[1], [0]], { dtype: 'int32' })
 * scatter(zeros([2, 2]), 1, index, 5).toArraySync() // => [[0, 5], [5, 0]]
 * ```
 */
export function scatter(
  x: Tensor,
  axis: number,
  index: Tensor,
  source: TensorLike,
  options: ScatterOptions = {},
): Tensor {
  checkOptions('scatter', options, ['reduce'])
  const mode: Mode = options.reduce ?? 'set'
  if (mode !== 'set' && mode !== 'add' && mode !== 'multiply')
    throw new OptionError(`scatter: reduce must be 'add' or 'multiply', got ${describe(mode)}`)
  checkTensors('scatter', [x, index], ['the input', 'the index'])
  if (mode !== 'set') checkFloat('scatter', x)
  if (mode === 'multiply' && wantsGrad(x, typeof source === 'number' ? undefined : source))
    throw new GradientError(
      `scatter: there is no gradient for reduce: 'multiply' (input ${show(x.shape)}); use detach() or noGrad()`,
    )
  if (typeof source === 'number') {
    const values = filled(source, index.shape, x.dtype, x.backend)
    return scattered('scatter', x, axis, index, values, mode)
  }
  checkTensors('scatter', [x, index, source], ['the input', 'the index', 'the source'])
  return scattered('scatter', x, axis, index, source, mode)
}

/**
 * Adds values along an axis by number, each line of the index for itself: for three dimensions and axis 1,
 * $y_{i\,n_{ijk}\,k} = x_{i\,n_{ijk}\,k} + s_{ijk}$, over all values for one place. The opposite of {@link gather}.
 *
 * @param x - a float tensor
 * @param axis - the axis
 * @param index - int32, with as many dimensions as x, in the others at most as large
 * @param source - the values: a tensor at least as large as the index
 * @returns a new tensor of the shape of x
 * @throws ShapeError where a number is out of range or the shapes do not fit; DTypeError where the index is not int32
 * @example
 * ```ts
 * import { scatterAdd, tensor, zeros } from '@core/tensor'
 * const index = tensor([1, 1, 0], { dtype: 'int32' })
 * scatterAdd(zeros([3]), 0, index, tensor([1, 2, 3])).toArraySync() // => [3, 3, 0]
 * ```
 */
export function scatterAdd(x: Tensor, axis: number, index: Tensor, source: Tensor): Tensor {
  checkTensors('scatterAdd', [x, index, source], ['the input', 'the index', 'the source'])
  checkFloat('scatterAdd', x)
  return scattered('scatterAdd', x, axis, index, source, 'add')
}
