import { track } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { checkNumber, checkOptions } from '../options.js'
import { live } from '../program/live.js'
import { type Generator, generatorOf } from '../random.js'
import type { Tensor } from '../tensor.js'
import { mul } from './arithmetic.js'
import { checkFloat, checkTensor, run } from './run.js'

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Probability with which a value is dropped, from 0 to 1. Default 0.5. */
  p?: number
  /** Whether to drop at all; without it the input passes unchanged. Default true. */
  training?: boolean
  /** Where the random numbers come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/** How a kernel draws numbers: see the kernel `random`. */
export function draw(
  like: { backend: Tensor['backend'] },
  shape: readonly number[],
  dtype: Tensor['dtype'],
  generator: Generator,
  attrs: { kind: 'uniform' | 'normal' | 'bernoulli'; low: number; high: number },
): Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  const start = live(like.backend, [4], () => generator.reserve(size))
  return run(kernels.random, [start], shape, dtype, attrs)
}

/**
 * Dropout (Srivastava et al., 2014), inverted: each value becomes 0 with probability p, and the others are divided by
 * $1 - p$, so that nothing changes on average and nothing needs to be done at evaluation.
 *
 * @param x - a float tensor
 * @param options - `p` (0.5), `training` (true), `generator`
 * @returns a tensor of the same shape; `x` itself when not training or p = 0
 * @throws OptionError where p is not between 0 and 1
 * @example
 * ```ts
 * import { dropout, manualSeed, ones } from '@core/tensor'
 * manualSeed(1)
 * dropout(ones([1000]), { p: 0.25 }).max().itemSync() // ~> 1.333333
 * dropout(ones([2]), { training: false }).toArraySync() // => [1, 1]
 * ```
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  const { p = 0.5, training = true } = checkOptions('dropout', options, ['p', 'generator'], ['training'])
  checkTensor('dropout', x)
  checkFloat('dropout', x)
  checkNumber('dropout', 'p', p, 0, 1)
  if (!training || p === 0) return x
  const high = p === 1 ? 0 : 1 / (1 - p)
  const mask = draw(x, x.shape, x.dtype, generatorOf('dropout', options.generator), {
    kind: 'bernoulli',
    low: 1 - p,
    high,
  })
  return track('dropout', mul(x.detach(), mask), [mask], [x, (g) => mul(g, mask)])
}
