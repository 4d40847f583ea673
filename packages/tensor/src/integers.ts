import type { Backend } from './backends/backend.js'
import { place } from './create.js'
import { checkInteger, checkOptions } from './options.js'
import { live } from './program/live.js'
import { type Generator, generatorOf } from './random.js'
import { checkShape, type Shape, sizeOf } from './shape.js'
import type { Tensor } from './tensor.js'

/** Options of creation functions that draw whole numbers. */
export interface IntegerOptions {
  /** Where the random numbers come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
  /** Where the tensor shall live. Default: the backend chosen by `setBackend`, else wasm. */
  backend?: Backend
}

const LEAST = -(2 ** 31)

/**
 * Random whole numbers, each equally likely between two bounds.
 *
 * @param shape - sizes of the dimensions
 * @param low - lower bound, included
 * @param high - upper bound, excluded
 * @param options - `generator`, `backend`
 * @returns an int32 tensor of that shape
 * @throws OptionError where the bounds are not whole or nothing lies between them
 * @example
 * ```ts
 * import { randint } from '@core/tensor'
 * randint([100], 1, 7).max().itemSync() <= 6 // => true
 * ```
 */
export function randint(shape: Shape, low: number, high: number, options: IntegerOptions = {}): Tensor {
  checkOptions('randint', options, ['generator', 'backend'])
  checkShape('randint', shape)
  checkInteger('randint', 'low', low, LEAST)
  checkInteger('randint', 'high', high, low + 1, 2 ** 31)
  const [, backend] = place('randint', { ...options, dtype: 'int32' })
  const generator = generatorOf('randint', options.generator)
  return live(backend, shape, () => generator.integers(sizeOf(shape), high - low).map((value) => value + low))
}

/**
 * The numbers 0 to n − 1 in random order, each order equally likely.
 *
 * @param n - how many
 * @param options - `generator`, `backend`
 * @returns an int32 tensor [n]
 * @throws OptionError where n is not a whole number of at least 0
 * @example
 * ```ts
 * import { randperm, sort } from '@core/tensor'
 * sort(randperm(4)).values.toArraySync() // => [0, 1, 2, 3]
 * ```
 */
export function randperm(n: number, options: IntegerOptions = {}): Tensor {
  checkOptions('randperm', options, ['generator', 'backend'])
  checkInteger('randperm', 'n', n)
  const [, backend] = place('randperm', { ...options, dtype: 'int32' })
  const generator = generatorOf('randperm', options.generator)
  return live(backend, [n], () => generator.permutation(n))
}
