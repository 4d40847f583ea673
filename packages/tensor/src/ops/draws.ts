import { OptionError, ShapeError } from '../errors.js'
import { checkInteger, checkOptions, describe } from '../options.js'
import { type Generator, generatorOf } from '../random.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { div, mul, neg, sub } from './arithmetic.js'
import { reshape, sum } from './broadcast.js'
import { cast } from './cast.js'
import { gt, le, lt, where } from './compare.js'
import { draw } from './dropout.js'
import { cat } from './joining.js'
import { log, minimum } from './math.js'
import { flip } from './movement.js'
import { argmax } from './reduce.js'
import { checkFloat, checkTensor } from './run.js'
import { cumsum } from './scan.js'
import { narrow } from './slicing.js'
import { topk } from './sort.js'

function uniform(like: Tensor, shape: readonly number[], generator: Generator): Tensor {
  return draw(like, shape, like.dtype, generator, { kind: 'uniform', low: 0, high: 1 })
}

/**
 * A coin for each value: 1 with that probability, else 0.
 *
 * @param probabilities - a float tensor of values from 0 to 1
 * @param options - `generator`
 * @returns a tensor of the same shape and dtype; it has no gradient
 * @throws OptionError where a value is no probability
 * @example
 * ```ts
 * import { bernoulli, tensor } from '@core/tensor'
 * bernoulli(tensor([0, 1])).toArraySync() // => [0, 1]
 * ```
 */
export function bernoulli(probabilities: Tensor, options: { generator?: Generator } = {}): Tensor {
  checkOptions('bernoulli', options, ['generator'])
  checkTensor('bernoulli', probabilities, 'the probabilities')
  checkFloat('bernoulli', probabilities, 'the probabilities')
  checkValues('bernoulli', probabilities, (p) => p >= 0 && p <= 1, 'a number from 0 to 1')
  const u = uniform(probabilities, probabilities.shape, generatorOf('bernoulli', options.generator))
  return cast(lt(u, probabilities.detach()), probabilities.dtype)
}

/** Throws where a value fails; where a backend cannot look at once, it must be right. */
function checkValues(op: string, x: Tensor, fits: (p: number) => boolean, what: string): void {
  const values = x.backend.peek(x.storage) ?? []
  for (let i = 0; i < values.length; i++)
    if (!fits(values[i]!))
      throw new OptionError(
        `${op}: each probability must be ${what}, got ${describe(values[i])} (value ${i} of ${show(x.shape)})`,
      )
}

/** Options of {@link multinomial}. */
export interface MultinomialOptions {
  /** Whether a class may be drawn more than once. Default false. */
  replacement?: boolean
  /** Where the random numbers come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/**
 * Draws classes: class i with probability $p_i / \sum_j p_j$, for each row by itself.
 *
 * @param probabilities - a float tensor [classes] or [rows, classes] of values ≥ 0; they need not sum to 1
 * @param count - how many to draw for each row
 * @param options - `replacement`, default false: no class twice; `generator`
 * @returns class numbers, int32 [count] or [rows, count]
 * @throws OptionError where a value is negative or not finite, or a row has too few classes that are possible
 * @example
 * ```ts
 * import { multinomial, tensor } from '@core/tensor'
 * multinomial(tensor([0, 3, 0]), 2, { replacement: true }).toArraySync() // => [1, 1]
 * ```
 */
export function multinomial(probabilities: Tensor, count: number, options: MultinomialOptions = {}): Tensor {
  const op = 'multinomial'
  const { replacement = false } = checkOptions(op, options, ['generator'], ['replacement'])
  checkTensor(op, probabilities, 'the probabilities')
  checkFloat(op, probabilities, 'the probabilities')
  checkInteger(op, 'count', count, 1)
  if (probabilities.rank !== 1 && probabilities.rank !== 2)
    throw new ShapeError(
      `${op}: the probabilities must be [classes] or [rows, classes], got ${show(probabilities.shape)}; use reshape`,
    )
  checkValues(op, probabilities, (p) => p >= 0 && p < Infinity, 'finite and at least 0')
  const n = probabilities.shape[probabilities.rank - 1]!
  const p = reshape(probabilities.detach(), [n === 0 ? 0 : probabilities.size / n, n])
  checkPossible(op, p, replacement ? 1 : count)
  const generator = generatorOf(op, options.generator)
  const drawn = replacement && count > 1 ? independent(p, count, generator) : distinct(p, count, generator)
  return probabilities.rank === 1 ? reshape(drawn, [count]) : drawn
}

function checkPossible(op: string, p: Tensor, least: number): void {
  const [rows, n] = p.shape as [number, number]
  const values = p.backend.peek(p.storage)
  for (let row = 0; values && row < rows; row++) {
    const possible = values.subarray(row * n, (row + 1) * n).filter((v) => v > 0).length
    if (possible < least)
      throw new OptionError(
        `${op}: row ${row} of the probabilities has ${possible} classes above 0, but ${least} must be drawn; draw fewer, or with { replacement: true }`,
      )
  }
}

/** The classes with the largest p / e, e from the exponential distribution (Efraimidis and Spirakis, 2006). */
function distinct(p: Tensor, count: number, generator: Generator): Tensor {
  const waiting = neg(log(sub(1, uniform(p, p.shape, generator))))
  return topk(where(gt(p, 0), div(p, waiting), -1), count).indices
}

const MOST = 2 ** 22

/** Each draw falls into the interval of one class, among intervals as long as the probabilities. */
function independent(p: Tensor, count: number, generator: Generator): Tensor {
  const [rows, n] = p.shape as [number, number]
  const ends = cumsum(p, 1)
  const total = narrow(ends, 1, n - 1, 1)
  const possible = flip(cast(gt(p, 0), 'int32'), 1)
  const last = sub(n - 1, argmax(possible, { axis: 1, keepDim: true })) // should rounding reach the very end
  const at = mul(uniform(p, [rows, count], generator), total)
  const size = Math.max(1, Math.floor(MOST / Math.max(1, rows * n)))
  const parts: Tensor[] = []
  for (let start = 0; start < count; start += size) {
    const some = narrow(at, 1, start, Math.min(size, count - start))
    const below = le(reshape(ends, [rows, 1, n]), reshape(some, [rows, some.shape[1]!, 1]))
    parts.push(minimum(sum(below, { axis: 2 }), last))
  }
  return cat(parts, 1)
}
