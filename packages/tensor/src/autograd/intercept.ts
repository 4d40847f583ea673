import { GradientError } from '../errors.js'
import { isTensor } from '../make.js'
import { checkTensor } from '../ops/run.js'
import { sameShape, show } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { trackFused, wantsGrad } from './track.js'

/**
 * The same tensors, at a place that a function watches: when their gradients have all arrived there, it sees them and
 * may put others in their place. For hooks.
 *
 * @param name - who watches, for messages
 * @param tensors - values on their way
 * @param watch - gets a gradient for each tensor (null where none arrives); returns nothing, or as many to go on with
 * @returns the values to go on with; those given where nothing is recorded
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { intercept } from '@core/tensor/extend'
 * const x = tensor([1, 2], { requiresGrad: true })
 * const [y] = intercept('double', [x], ([g]) => [g.mul(2)])
 * y.sum().backward()
 * x.grad?.toArraySync() // => [2, 2]
 * ```
 */
export function intercept(
  name: string,
  tensors: readonly Tensor[],
  watch: (gradients: readonly (Tensor | null)[]) => readonly (Tensor | null)[] | undefined,
): Tensor[] {
  for (const t of tensors) checkTensor(name, t)
  if (!wantsGrad(...tensors)) return [...tensors]
  const outputs = tensors.map((t) => t.view(t.shape))
  trackFused({
    name,
    inputs: tensors,
    outputs,
    saved: [],
    own: [],
    decompose: null,
    backward: (grads) => {
      // What is shown to the user's code is the user's: nothing of it is freed behind their back.
      const outer = state.temporaries
      state.temporaries = null
      for (const g of grads) g?.storage.handOut()
      try {
        const others = watch(grads.map((g) => g ?? null))
        if (others === undefined) return grads
        if (!Array.isArray(others) || others.length !== tensors.length)
          throw new GradientError(`${name}: it must return nothing, or ${tensors.length} gradients in a list`)
        return tensors.map((t, i) => checked(name, t, others[i]))
      } finally {
        state.temporaries = outer
      }
    },
  })
  return outputs
}

function checked(name: string, t: Tensor, g: unknown): Tensor | undefined {
  if (g === null || g === undefined) return undefined
  if (!isTensor(g) || !sameShape(g.shape, t.shape))
    throw new GradientError(
      `${name}: a gradient for the tensor ${show(t.shape)} must have its shape, got ${isTensor(g) ? show(g.shape) : String(g)}`,
    )
  return g
}
