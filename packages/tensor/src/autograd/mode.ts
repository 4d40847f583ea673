import { OptionError } from '../errors.js'
import { checkFunction } from '../options.js'
import { state } from '../state.js'

function withGradients<T>(op: string, on: boolean, fn: () => T): T {
  checkFunction(op, 'the argument', fn)
  const before = state.gradients
  state.gradients = on
  try {
    const result = fn()
    const promise = result as { then?: unknown } | null | undefined
    if (typeof promise?.then === 'function') {
      Promise.resolve(promise).catch(() => {}) // the refusal says it all
      throw new OptionError(
        `${op}: the function must be synchronous: after its first await the mode would no longer hold; ` +
          `await outside, and wrap each synchronous part in ${op}()`,
      )
    }
    return result
  } finally {
    state.gradients = before
  }
}

/**
 * Runs `fn` without recording gradients: faster, and nothing is kept for a backward pass. For evaluation and generation.
 *
 * @param fn - a synchronous function; one that returns a promise is refused
 * @returns what `fn` returns
 * @example
 * ```ts
 * import { noGrad, tensor } from '@core/tensor'
 * const w = tensor([1, 2], { requiresGrad: true })
 * noGrad(() => w.mul(2)).requiresGrad // => false
 * ```
 */
export function noGrad<T>(fn: () => T): T {
  return withGradients('noGrad', false, fn)
}

/**
 * Runs `fn` with gradients recorded, inside a {@link noGrad}.
 *
 * @param fn - a synchronous function
 * @returns what `fn` returns
 * @example
 * ```ts
 * import { enableGrad, noGrad, tensor } from '@core/tensor'
 * const w = tensor([1, 2], { requiresGrad: true })
 * noGrad(() => enableGrad(() => w.mul(2))).requiresGrad // => true
 * ```
 */
export function enableGrad<T>(fn: () => T): T {
  return withGradients('enableGrad', true, fn)
}
