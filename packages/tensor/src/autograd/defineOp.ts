import { GradientError, OptionError } from '../errors.js'
import { isTensor } from '../make.js'
import { checkFunction, describe } from '../options.js'
import { sameShape, show } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { noGrad } from './mode.js'
import { trackFused } from './track.js'

/** How an op of one's own is computed, and its gradient. */
export interface OpDefinition<Args extends readonly unknown[]> {
  /** Its name, for messages. */
  readonly name: string
  /** Computes the result; gradients are not recorded inside. */
  readonly forward: (...args: Args) => Tensor
  /**
   * Computes the gradient: gets that of the result, then the arguments of `forward`, then its result. Returns the
   * gradient of the one tensor argument, or a list with one entry for each tensor argument, in order (undefined where
   * there is none). Written in ops, so that it can be differentiated again.
   */
  readonly backward: (g: Tensor, ...rest: [...Args, Tensor]) => Tensor | readonly (Tensor | undefined)[]
}

/**
 * Makes an op out of a function and its gradient.
 *
 * @param definition - `name`, `forward`, `backward`
 * @returns a function that is called as `forward` is
 * @throws GradientError, when gradients are computed, where one has not the shape of its argument
 * @example
 * ```ts
 * import { defineOp, tensor, type Tensor } from '@core/tensor'
 * const square = defineOp({
 *   name: 'square',
 *   forward: (x: Tensor) => x.mul(x),
 *   backward: (g, x) => g.mul(x).mul(2),
 * })
 * const x = tensor([1, 2], { requiresGrad: true })
 * square(x).sum().backward()
 * x.grad?.toArraySync() // => [2, 4]
 * ```
 */
export function defineOp<Args extends readonly unknown[]>(
  definition: OpDefinition<Args>,
): (...args: Args) => Tensor {
  const { name, forward, backward } = definition
  checkFunction('defineOp', 'forward', forward)
  checkFunction('defineOp', 'backward', backward)
  return (...args) => {
    const inputs = args.filter(isTensor)
    const made = noGrad(() => forward(...args))
    if (!isTensor(made)) throw new OptionError(`${name}: forward must return a Tensor`)
    // an argument returned as it is gets a handle of its own, to hang the gradient on
    const output = inputs.includes(made) || made.slot ? made.detach() : made
    trackFused({
      name,
      inputs,
      outputs: [output],
      saved: [...inputs, output],
      own: [],
      decompose: null,
      backward: ([g]) => {
        // What the user's code computes is the user's: nothing of it is freed behind their back.
        const outer = state.temporaries
        state.temporaries = null
        g!.storage.handOut()
        try {
          const result = backward(g!, ...([...args, output] as [...Args, Tensor]))
          const list = isTensor(result) ? [result] : result
          if (!Array.isArray(list) || list.length !== inputs.length)
            throw new GradientError(
              `${name}: backward must return one gradient for each of the ${inputs.length} tensor arguments (undefined where there is none), ` +
                `got ${Array.isArray(list) ? `a list of ${list.length}` : describe(list)}`,
            )
          return inputs.map((x, i) => checked(name, list[i], x, i))
        } finally {
          state.temporaries = outer
        }
      },
    })
    return output
  }
}

function checked(name: string, g: Tensor | undefined, x: Tensor, i: number): Tensor | undefined {
  if (g === undefined) return undefined
  if (!isTensor(g) || !sameShape(g.shape, x.shape))
    throw new GradientError(
      `${name}: backward gave ${isTensor(g) ? `shape ${show(g.shape)}` : String(g)} for tensor argument ${i}, whose shape is ${show(x.shape)}; they must be the same`,
    )
  return g
}
