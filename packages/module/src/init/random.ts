import {
  normal as drawNormal,
  uniform as drawUniform,
  type Generator,
  OptionError,
  ShapeError,
} from '@core/tensor'
import { checkNumber, checkOptions, show } from '@core/tensor/extend'
import { type Initialiser, initialiser, normalNumbers, valuesOf } from './initialiser.js'

/**
 * Numbers between two bounds, each equally likely.
 *
 * @param low - lower bound, included; default 0
 * @param high - upper bound, excluded; default 1
 * @returns an initialiser
 * @throws OptionError where the bounds are in the wrong order
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(9, 9, { init: init.uniform(-0.1, 0.1) }).weight.abs().max().itemSync() <= 0.1 // => true
 * ```
 */
export function uniform(low = 0, high = 1): Initialiser {
  checkNumber('uniform', 'low', low, -Infinity, Infinity, 'both')
  checkNumber('uniform', 'high', high, low, Infinity, 'max')
  return initialiser('uniform', (shape, place) => drawUniform(shape, low, high, place))
}

/**
 * Normally distributed numbers. By the three-sigma rule nearly all lie within three deviations of the mean.
 *
 * @param mean - their mean, default 0
 * @param std - their standard deviation, default 1
 * @returns an initialiser
 * @throws OptionError where the deviation is negative
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(9, 9, { init: init.normal(0, 0.01) }).weight.abs().max().itemSync() < 0.1 // => true
 * ```
 */
export function normal(mean = 0, std = 1): Initialiser {
  checkNumber('normal', 'mean', mean, -Infinity, Infinity, 'both')
  checkNumber('normal', 'std', std, 0, Infinity, 'max')
  return initialiser('normal', (shape, place) => drawNormal(shape, mean, std, place))
}

/** Options of {@link truncatedNormal}. */
export interface TruncatedNormalOptions {
  /** Mean of the normal distribution. Default 0. */
  mean?: number
  /** Its standard deviation. Default 1. */
  std?: number
  /** The least value. Default −2. */
  low?: number
  /** The largest value. Default 2. */
  high?: number
}

/**
 * Normally distributed numbers, of which those outside two bounds are drawn again.
 *
 * @param options - `mean` (0), `std` (1), `low` (−2), `high` (2): values, not deviations
 * @returns an initialiser
 * @throws OptionError where the bounds are in the wrong order or the deviation is not positive
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * const layer = new Linear(9, 9, { init: init.truncatedNormal({ std: 0.02, low: -0.04, high: 0.04 }) })
 * layer.weight.abs().max().itemSync() <= 0.04 // => true
 * ```
 */
export function truncatedNormal(options: TruncatedNormalOptions = {}): Initialiser {
  const name = 'truncatedNormal'
  const {
    mean = 0,
    std = 1,
    low = -2,
    high = 2,
  } = checkOptions(name, options, ['mean', 'std', 'low', 'high'])
  checkNumber(name, 'mean', mean, -Infinity, Infinity, 'both')
  checkNumber(name, 'std', std, 0, Infinity, 'both')
  checkNumber(name, 'low', low)
  checkNumber(name, 'high', high)
  if (!(low < high)) throw new OptionError(`${name}: low ${low} must be below high ${high}`)
  return initialiser(name, (shape, place) => {
    const values = new Float64Array(shape.reduce((a, b) => a * b, 1))
    const [from, to] = [(low - mean) / std, (high - mean) / std]
    for (let i = 0; i < values.length; i++)
      values[i] = Math.min(high, Math.max(low, mean + std * between(from, to, place.generator)))
    return valuesOf(values, shape, place)
  })
}

/** A standard normal number between two bounds, by rejection: of normal numbers, or of uniform ones in a narrow range. */
function between(low: number, high: number, generator: Generator): number {
  if (low < -1.5 && high > 1.5) {
    for (;;) {
      const z =
        Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform())
      if (z >= low && z <= high) return z
    }
  }
  const mode = Math.max(low, Math.min(0, high)) // where the density is largest; far from it there is nothing left
  const reach = 40 / (Math.abs(mode) + 1)
  const [from, to] = [Math.max(low, mode - reach), Math.min(high, mode + reach)]
  for (;;) {
    const z = from + (to - from) * generator.uniform()
    if (generator.uniform() < Math.exp((mode * mode - z * z) / 2)) return z
  }
}

/** Options of {@link sparse}. */
export interface SparseOptions {
  /** Standard deviation of what is not zero. Default 0.01. */
  std?: number
}

/**
 * Normally distributed numbers of which in every column a share is zero (Martens, 2010).
 *
 * @param sparsity - the share of zeros in each column, from 0 to 1
 * @param options - `std` (0.01)
 * @returns an initialiser of matrices
 * @throws OptionError where the share is not between 0 and 1; ShapeError, when it is used, where the parameter is no matrix
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * import { eq } from '@core/tensor'
 * const layer = new Linear(3, 10, { init: init.sparse(0.3) })
 * eq(layer.weight, 0).sum({ axis: 0 }).toArraySync() // => [3, 3, 3]
 * ```
 */
export function sparse(sparsity: number, options: SparseOptions = {}): Initialiser {
  const { std = 0.01 } = checkOptions('sparse', options, ['std'])
  checkNumber('sparse', 'sparsity', sparsity, 0, 1)
  checkNumber('sparse', 'std', std, 0, Infinity, 'max')
  return initialiser('sparse', (shape, place) => {
    const [rows, columns] = shape
    if (rows === undefined || columns === undefined || shape.length !== 2)
      throw new ShapeError(`sparse: the parameter must be a matrix, got ${show(shape)}`)
    const values = normalNumbers(shape, std, place)
    const zeros = Math.ceil(sparsity * rows)
    for (let column = 0; column < columns; column++)
      for (const row of place.generator.permutation(rows).subarray(0, zeros))
        values[row * columns + column] = 0
    return valuesOf(values, shape, place)
  })
}
