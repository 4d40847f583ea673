import { defaultBackend } from '../backends/select.js'
import { OptionError } from '../errors.js'
import { isTensor } from '../make.js'
import { checkTensor } from '../ops/run.js'
import { checkFunction, checkInteger, checkOptions, describe } from '../options.js'
import { show } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { refuse } from './recorder.js'
import { Recordings } from './recordings.js'

/** Options of {@link compile}. */
export interface CompileOptions {
  /**
   * So many replays are compared, value by value, with the step itself, which costs both; for the time in which a step
   * is being written. Default 0.
   */
  check?: number
  /**
   * Called once, with the reason, where the step cannot be recorded; from then on it runs as it would without `compile`.
   * Default: a CompileError is thrown.
   */
  fallback?: (reason: string) => void
}

/** What a compiled step gives: the same as the step itself, its tensors cut off from the graph. */
export type CompiledStep<A extends readonly Tensor[], R> = (...args: A) => R

/**
 * Makes a step fast: it runs as written for the first two or three times, while every kernel call is written down; from
 * then on the list of calls is replayed in one go, over buffers planned once, without the step's own code. The results
 * are the same, bit for bit on one thread.
 *
 * What a replay may change: the arguments, parameters, buffers, optimizer state, every hyperparameter of an optimizer
 * and the state of random generators. Other shapes or dtypes of the arguments, training mode or update rules make a new
 * recording. Anything else that would silently stay as it was is refused with a {@link CompileError}: reading a value
 * inside, making a tensor of host numbers inside, a captured tensor that is neither a parameter nor a buffer, a number
 * that differs from one step to the next. Other side effects of the step's code do not happen in replays.
 *
 * @param step - a synchronous function of tensors; gives back tensors, alone or in lists and plain objects
 * @param options - `check`, `fallback`
 * @returns a function to call in its place
 * @throws CompileError where the step cannot be recorded
 * @example
 * ```ts
 * import { compile, Parameter, tensor, zeros } from '@core/tensor'
 * import { assign } from '@core/tensor/extend'
 * const total = new Parameter(zeros([2]))
 * const add = compile((x) => {
 *   assign(total, total.detach().add(x))
 *   return total.detach().sum()
 * })
 * for (let i = 1; i <= 4; i++) add(tensor([i, 1]))
 * total.toArraySync() // => [10, 4]
 * add(tensor([0, 1])).itemSync() // => 15
 * ```
 */
export function compile<A extends readonly Tensor[], R>(
  step: (...args: A) => R,
  options: CompileOptions = {},
): CompiledStep<A, R> {
  checkFunction('compile', 'the step', step)
  const { fallback, check = 0 } = checkOptions('compile', options, ['fallback', 'check'])
  checkInteger('compile', 'check', check)
  if (fallback !== undefined) checkFunction('compile', 'fallback', fallback)
  const recordings = new Recordings(step as unknown as (...args: Tensor[]) => unknown, check)
  let reason: string | null = null
  return (...args: A): R => {
    if (state.recording) return step(...args) // part of another step
    for (const [i, t] of args.entries()) {
      if (!isTensor(t))
        throw new OptionError(
          `compile: argument ${i} of the step is ${describe(t)}; arguments must be tensors, other things would freeze`,
        )
      checkTensor('compile', t, `argument ${i} ${show(t.shape)}`)
    }
    const backend = args[0]?.backend ?? defaultBackend()
    if (reason !== null || !backend.load) return step(...args)
    return recordings.run(
      backend,
      args,
      fallback
        ? (why) => {
            if (reason === null) fallback(why)
            reason ??= why
          }
        : refuse,
    ) as R
  }
}
