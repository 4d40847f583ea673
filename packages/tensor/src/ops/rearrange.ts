import { OptionError, ShapeError } from '../errors.js'
import { checkInteger, describe } from '../options.js'
import { checkAxis, type Shape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { expand, reshape } from './broadcast.js'
import { cat } from './joining.js'
import { permute, transpose } from './movement.js'
import { checkTensor } from './run.js'
import { slice } from './slicing.js'

/**
 * Repeats dimensions of size 1, and adds leading ones, to reach a shape: {@link expand} under NumPy's name.
 *
 * @param x - any tensor
 * @param shape - the shape to become
 * @returns a new tensor of that shape
 * @throws ShapeError where a dimension is neither 1 nor already right
 * @example
 * ```ts
 * import { broadcastTo, tensor } from '@core/tensor'
 * broadcastTo(tensor([1, 2]), [2, 2]).toArraySync() // => [[1, 2], [1, 2]]
 * ```
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return expand(x, shape)
}

/**
 * Exchanges two dimensions: {@link transpose} under NumPy's name.
 *
 * @param x - a tensor
 * @param a - one axis
 * @param b - the other
 * @returns a new tensor
 * @throws ShapeError where an axis does not exist
 * @example
 * ```ts
 * import { swapaxes, zeros } from '@core/tensor'
 * swapaxes(zeros([2, 3, 4]), 0, 2).shape // => [4, 3, 2]
 * ```
 */
export function swapaxes(x: Tensor, a: number, b: number): Tensor {
  return transpose(x, a, b)
}

/**
 * Moves dimensions to other places; the others keep their order.
 *
 * @param x - any tensor
 * @param source - the axis, or several
 * @param destination - where each shall stand
 * @returns a new tensor
 * @throws ShapeError where the lists differ in length or name an axis twice
 * @example
 * ```ts
 * import { movedim, zeros } from '@core/tensor'
 * movedim(zeros([2, 3, 4]), 0, -1).shape // => [3, 4, 2]
 * ```
 */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  checkTensor('movedim', x)
  const list = (axes: number | readonly number[]) =>
    (typeof axes === 'number' ? [axes] : axes).map((a) => checkAxis('movedim', a, x.shape))
  const [from, to] = [list(source), list(destination)]
  if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length)
    throw new ShapeError(
      `movedim: axes [${String(source)}] cannot go to [${String(destination)}] in ${show(x.shape)}; both must name equally many axes, each once`,
    )
  const others = x.shape.map((_, i) => i).filter((i) => !from.includes(i))
  const axes = x.shape.map((_, i) => (to.includes(i) ? from[to.indexOf(i)]! : others.shift()!))
  return permute(x, axes)
}

/**
 * Shifts the entries of axes; what leaves at one end enters at the other.
 *
 * @param x - any tensor
 * @param shifts - by how many places, towards the end where positive; one number for each axis
 * @param axes - the axis, or several; without them the flattened tensor is shifted
 * @returns a new tensor of the same shape
 * @throws ShapeError where an axis does not exist; OptionError where there are not as many shifts as axes
 * @example
 * ```ts
 * import { roll, tensor } from '@core/tensor'
 * roll(tensor([1, 2, 3]), 1).toArraySync() // => [3, 1, 2]
 * roll(tensor([[1, 2], [3, 4]]), [1, 1], [0, 1]).toArraySync() // => [[4, 3], [2, 1]]
 * ```
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  axes?: number | readonly number[],
): Tensor {
  checkTensor('roll', x)
  const by = typeof shifts === 'number' ? [shifts] : [...shifts]
  for (const n of by) checkInteger('roll', 'each shift', n, -(2 ** 31))
  if (axes === undefined) {
    if (by.length !== 1)
      throw new OptionError(`roll: several shifts need an axis each, got ${describe(axes)} for the axes`)
    return reshape(rolled(reshape(x, [x.size]), by[0]!, 0), x.shape)
  }
  const list = (typeof axes === 'number' ? [axes] : axes).map((a) => checkAxis('roll', a, x.shape))
  if (list.length !== by.length)
    throw new OptionError(`roll: there are ${by.length} shifts for ${list.length} axes; give one for each`)
  return list.reduce((y, at, i) => rolled(y, by[i]!, at), x)
}

function rolled(x: Tensor, by: number, at: number): Tensor {
  const n = x.shape[at]!
  const shift = n === 0 ? 0 : ((by % n) + n) % n
  if (shift === 0) return x
  const [head, tail] = [slice(x, 0, n - shift, { axis: at }), slice(x, n - shift, n, { axis: at })]
  return cat([tail, head], at)
}
