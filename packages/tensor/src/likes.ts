import { OptionError } from './errors.js'
import { draw } from './ops/dropout.js'
import { checkFloat, checkTensor, filled } from './ops/run.js'
import { checkOptions, describe } from './options.js'
import { type Generator, generatorOf } from './random.js'
import type { Tensor } from './tensor.js'

/** Where random numbers come from. */
export interface DrawOptions {
  /** The generator. Default: the one seeded by `manualSeed`. */
  generator?: Generator
}

/**
 * One value in the shape, dtype and on the backend of another tensor.
 *
 * @param like - the other tensor
 * @param value - the value
 * @returns a new tensor
 * @example
 * ```ts
 * import { fullLike, tensor } from '@core/tensor'
 * fullLike(tensor([1, 2]), 7).toArraySync() // => [7, 7]
 * ```
 */
export function fullLike(like: Tensor, value: number): Tensor {
  checkTensor('fullLike', like)
  if (typeof value !== 'number')
    throw new OptionError(`fullLike: the value must be a number, got ${describe(value)}`)
  return filled(value, like.shape, like.dtype, like.backend)
}

function drawn(op: string, like: Tensor, kind: 'uniform' | 'normal', options: DrawOptions): Tensor {
  checkOptions(op, options, ['generator'])
  checkTensor(op, like)
  checkFloat(op, like)
  return draw(like, like.shape, like.dtype, generatorOf(op, options.generator), { kind, low: 0, high: 1 })
}

/**
 * Random numbers from 0 (included) to 1 (excluded) in the shape, dtype and on the backend of another tensor.
 *
 * @param like - the other tensor, of floats
 * @param options - `generator`
 * @returns a new tensor
 * @example
 * ```ts
 * import { randLike, zeros } from '@core/tensor'
 * randLike(zeros([2, 3])).shape // => [2, 3]
 * ```
 */
export function randLike(like: Tensor, options: DrawOptions = {}): Tensor {
  return drawn('randLike', like, 'uniform', options)
}

/**
 * Random numbers from the standard normal distribution in the shape, dtype and on the backend of another tensor.
 *
 * @param like - the other tensor, of floats
 * @param options - `generator`
 * @returns a new tensor
 * @example
 * ```ts
 * import { randnLike, zeros } from '@core/tensor'
 * randnLike(zeros([2, 3])).shape // => [2, 3]
 * ```
 */
export function randnLike(like: Tensor, options: DrawOptions = {}): Tensor {
  return drawn('randnLike', like, 'normal', options)
}
