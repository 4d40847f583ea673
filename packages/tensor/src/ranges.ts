import { type CreateOptions, finish, NAMES, place, SWITCHES } from './create.js'
import { arrayOf } from './dtype.js'
import { makeTensor } from './make.js'
import { checkInteger, checkNumber, checkOptions } from './options.js'
import { checkShape } from './shape.js'
import type { Tensor } from './tensor.js'

/** Options of {@link logspace}. */
export interface LogspaceOptions extends CreateOptions {
  /** What is raised to the powers. Default 10. */
  base?: number
}

function spaced(
  op: string,
  [start, end, steps]: readonly [number, number, number],
  options: CreateOptions,
  value: (x: number) => number,
): Tensor {
  checkNumber(op, 'start', start, -Infinity, Infinity, 'both')
  checkNumber(op, 'end', end, -Infinity, Infinity, 'both')
  checkInteger(op, 'steps', steps)
  checkShape(op, [steps])
  const [dtype, backend] = place(op, options)
  const data = arrayOf(dtype, steps)
  const step = steps > 1 ? (end - start) / (steps - 1) : 0
  // from both ends towards the middle, so that both are met exactly
  for (let i = 0; i < steps; i++)
    data[i] = value(i < steps / 2 ? start + i * step : end - (steps - 1 - i) * step)
  return finish(makeTensor(backend.adopt(data, dtype), [steps], dtype), options)
}

/**
 * So many evenly spaced numbers from `start` to `end`, both included.
 *
 * @param start - the first number
 * @param end - the last number
 * @param steps - how many; of one only the first
 * @param options - `dtype`, `requiresGrad`, `backend`
 * @returns a one-dimensional tensor
 * @throws OptionError where a bound is not finite
 * @example
 * ```ts
 * import { linspace } from '@core/tensor'
 * linspace(0, 1, 5).toArraySync() // => [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace(start: number, end: number, steps: number, options: CreateOptions = {}): Tensor {
  checkOptions('linspace', options, NAMES, SWITCHES)
  return spaced('linspace', [start, end, steps], options, (x) => x)
}

/**
 * So many numbers from $b^{start}$ to $b^{end}$, both included, evenly spaced on a logarithmic scale.
 *
 * @param start - the first exponent
 * @param end - the last exponent
 * @param steps - how many; of one only the first
 * @param options - `base` b, default 10; `dtype`, `requiresGrad`, `backend`
 * @returns a one-dimensional tensor
 * @throws OptionError where a bound is not finite
 * @example
 * ```ts
 * import { logspace } from '@core/tensor'
 * logspace(0, 3, 4).toArraySync() // ~> [1, 10, 100, 1000]
 * ```
 */
export function logspace(start: number, end: number, steps: number, options: LogspaceOptions = {}): Tensor {
  const { base = 10 } = checkOptions('logspace', options, [...NAMES, 'base'], SWITCHES)
  checkNumber('logspace', 'base', base, 0, Infinity, 'max')
  return spaced('logspace', [start, end, steps], options, (x) => base ** x)
}
