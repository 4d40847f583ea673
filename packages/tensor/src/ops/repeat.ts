import { OptionError, ShapeError } from '../errors.js'
import { isTensor, makeTensor } from '../make.js'
import { checkInteger, checkOptions, describe } from '../options.js'
import { valuesNow } from '../reading.js'
import { type Shape, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { expand, reshape } from './broadcast.js'
import { type Lines, linesOf, resized } from './lines.js'
import { checkIndices, checkTensor, checkTensors } from './run.js'
import { entries } from './selection.js'

/** Puts `times` copies of an axis behind each other. */
function again(x: Tensor, at: number, times: number): Tensor {
  if (times === 1) return x
  const outer = sizeOf(x.shape.slice(0, at))
  const rest = sizeOf(x.shape.slice(at))
  const all = expand(reshape(x, [outer, 1, rest]), [outer, times, rest])
  return reshape(all, resized(x.shape, at, x.shape[at]! * times))
}

function repeated(op: string, x: Tensor, times: Shape): Tensor {
  for (const n of times) checkInteger(op, 'each number of repetitions', n)
  let y = reshape(x, [...new Array<number>(times.length - x.rank).fill(1), ...x.shape])
  for (let i = times.length - 1; i >= 0; i--) y = again(y, i, times[i]!)
  return y
}

function checkTimes(op: string, times: Shape): void {
  if (!Array.isArray(times))
    throw new OptionError(
      `${op}: the repetitions must be a list of numbers like [2, 1], got ${describe(times)}`,
    )
}

/**
 * Repeats a tensor along every axis: copies stand behind each other. More numbers than dimensions add leading ones.
 *
 * @param x - any tensor
 * @param times - how often along each axis; at least as many numbers as x has dimensions
 * @returns a new tensor
 * @throws ShapeError where there are fewer numbers than dimensions
 * @example
 * ```ts
 * import { repeat, tensor } from '@core/tensor'
 * repeat(tensor([1, 2]), [2, 2]).toArraySync() // => [[1, 2, 1, 2], [1, 2, 1, 2]]
 * ```
 */
export function repeat(x: Tensor, times: Shape): Tensor {
  checkTensor('repeat', x)
  checkTimes('repeat', times)
  if (times.length < x.rank)
    throw new ShapeError(
      `repeat: shape ${show(x.shape)} has ${x.rank} dimensions, there are ${times.length} numbers of repetitions; give one for each (tile does with fewer)`,
    )
  return repeated('repeat', x, times)
}

/**
 * Repeats a tensor along its last axes: {@link repeat} that takes fewer numbers than dimensions, too.
 *
 * @param x - any tensor
 * @param times - how often along each of the last axes
 * @returns a new tensor
 * @throws OptionError where a number is not whole or below 0
 * @example
 * ```ts
 * import { tensor, tile } from '@core/tensor'
 * tile(tensor([[1, 2], [3, 4]]), [2]).toArraySync() // => [[1, 2, 1, 2], [3, 4, 3, 4]]
 * ```
 */
export function tile(x: Tensor, times: Shape): Tensor {
  checkTensor('tile', x)
  checkTimes('tile', times)
  return repeated('tile', x, [...new Array<number>(Math.max(0, x.rank - times.length)).fill(1), ...times])
}

/** Options of {@link repeatInterleave}. */
export interface InterleaveOptions {
  /** The axis. Default: the flattened tensor. */
  axis?: number
}

/**
 * Repeats each entry of an axis by itself: copies of one entry stand together.
 *
 * @param x - any tensor
 * @param repeats - how often: a number for all entries, or a list or int32 tensor with one for each
 * @param options - `axis`; without it the flattened tensor
 * @returns a new tensor
 * @throws ShapeError where the list is not as long as the axis; BackendError where the repetitions are a tensor whose values can
 *   only be waited for (the shape of the result depends on them)
 * @example
 * ```ts
 * import { repeatInterleave, tensor } from '@core/tensor'
 * repeatInterleave(tensor([1, 2]), 2).toArraySync() // => [1, 1, 2, 2]
 * repeatInterleave(tensor([[1, 2], [3, 4]]), [0, 2], { axis: 0 }).toArraySync() // => [[3, 4], [3, 4]]
 * ```
 */
export function repeatInterleave(
  x: Tensor,
  repeats: number | readonly number[] | Tensor,
  options: InterleaveOptions = {},
): Tensor {
  const op = 'repeatInterleave'
  const { axis } = checkOptions(op, options, ['axis'])
  checkTensor(op, x)
  const whole = axis === undefined ? reshape(x, [x.size]) : x.rank === 0 ? reshape(x, [1]) : x
  const lines = linesOf(op, axis ?? 0, whole.shape)
  const counts = countsOf(op, x, repeats)
  if (counts.length === 1) return alike(whole, lines, checkInteger(op, 'repeats', counts[0]!))
  if (counts.length !== lines.n)
    throw new ShapeError(
      `${op}: there are ${counts.length} numbers of repetitions for the ${lines.n} entries of ${show(whole.shape)}; give one for each, or a single number`,
    )
  const index = Int32Array.from(
    counts.flatMap((n, i) => new Array<number>(checkInteger(op, 'repeats', n)).fill(i)),
  )
  return entries(whole, makeTensor(x.backend.adopt(index, 'int32'), [index.length]), lines)
}

function countsOf(op: string, x: Tensor, repeats: number | readonly number[] | Tensor): readonly number[] {
  if (typeof repeats === 'number') return [repeats]
  if (!isTensor(repeats)) return repeats as readonly number[]
  checkTensors(op, [x, repeats], ['the input', 'the repetitions'])
  checkIndices(op, repeats, 'the repetitions')
  return Array.from(
    valuesNow(op, repeats, 'the repetitions', 'pass a list: Array.from(await repeats.data())'),
  )
}

function alike(x: Tensor, { at, outer, n, inner }: Lines, times: number): Tensor {
  const all = expand(reshape(x, [outer * n, 1, inner]), [outer * n, times, inner])
  return reshape(all, resized(x.shape, at, n * times))
}
