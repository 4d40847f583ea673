import {
  add,
  BackendError,
  div,
  minimum,
  noGrad,
  OptionError,
  type Parameter,
  sqrt,
  stack,
  type Tensor,
  vectorNorm,
} from '@core/tensor'
import {
  checkNumber,
  checkOptions,
  gradientOf,
  liveNumber,
  readNow,
  scaleGradient,
  sumSquares,
} from '@core/tensor/extend'
import type { ParameterInput } from '../parameters.js'
import { trained } from './trained.js'

/** Options of {@link clipGradNorm}. */
export interface ClipGradNormOptions {
  /** The order p of the norm, above 0; Infinity is the largest magnitude. Default 2. */
  normType?: number
  /**
   * Throws where the norm is infinite or NaN, and changes nothing; reads the norm back for it, at once, which WebGPU cannot do.
   * Default false.
   */
  errorIfNonfinite?: boolean
}

/**
 * Scales all gradients together so that their norm, as one vector, is at most a bound, against gradients that explode
 * (Pascanu et al., 2013): $g \leftarrow g \cdot \min(1, c / (\lVert g \rVert_p + 10^{-6}))$.
 *
 * Where the norm is not finite, the returned one says so, and the gradients become 0 or NaN: look at it before `step()`, or have
 * `errorIfNonfinite` throw.
 *
 * @param parameters - parameters, plain or with their names; those without a gradient are passed over
 * @param maxNorm - the bound c, above 0, in the unit of the gradient; or a function that gives it, which a compiled step
 *   calls anew each time
 * @param options - `normType`, `errorIfNonfinite`
 * @returns the norm before, a single number
 * @throws OptionError where an option is not allowed or no parameter has a gradient; where `errorIfNonfinite` is set and the norm
 * is not finite, one that names the parameters at fault; BackendError where it is set on a backend that cannot be read at once.
 * Nothing is changed then
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { clipGradNorm } from '@nn/optim'
 * const p = new Parameter(tensor([0, 0]))
 * p.mul(tensor([3, 4])).sum().backward()
 * clipGradNorm([p], 1).itemSync() // => 5
 * p.grad?.toArraySync() // ~> [0.6, 0.8]
 * ```
 */
export function clipGradNorm(
  parameters: ParameterInput,
  maxNorm: number | (() => number),
  options: ClipGradNormOptions = {},
): Tensor {
  const op = 'clipGradNorm'
  const { normType = 2, errorIfNonfinite = false } = checkOptions(
    op,
    options,
    ['normType'],
    ['errorIfNonfinite'],
  )
  const bound = () =>
    checkNumber(op, 'maxNorm', typeof maxNorm === 'function' ? maxNorm() : maxNorm, 0, Infinity, 'min')
  bound()
  checkNumber(op, 'normType', normType, 0, Infinity, 'min')
  const all = trained(op, parameters)
  return noGrad(() => {
    const norm = normOf(all, normType)
    if (errorIfNonfinite) checkFinite(op, all, norm)
    const factor = minimum(div(liveNumber(norm, bound), add(norm, 1e-6)), 1)
    for (const [, p] of all) scaleGradient(p, factor)
    return norm
  })
}

function normOf(all: readonly [string, Parameter][], order: number): Tensor {
  const gradients = all.map(([, p]) => gradientOf(p)!)
  if (order === 2) return sqrt(gradients.map(sumSquares).reduce((a, b) => add(a, b)))
  const [first, ...others] = gradients.map((g) => vectorNorm(g, order))
  return others.length === 0 ? first! : vectorNorm(stack([first!, ...others]), order)
}

function checkFinite(op: string, all: readonly [string, Parameter][], tensor: Tensor): void {
  const norm = readNow(tensor)?.[0]
  if (norm === undefined)
    throw new BackendError(
      `${op}: errorIfNonfinite looks at the norm at once, which the ${tensor.backend.name} backend cannot read; leave it out, ` +
        'and where await norm.item() of the norm that is returned is not finite, call zeroGrad() instead of step()',
    )
  if (Number.isFinite(norm)) return
  const atFault = all.filter(([, p]) => !gradientOf(p)!.dataSync().every(Number.isFinite))
  const names = atFault.map(([name]) => `'${name}'`).join(', ')
  throw new OptionError(
    atFault.length > 0
      ? `${op}: the norm of the gradients is ${norm}: that of ${names} has values that are not finite; leave this step out, or lower the learning rate`
      : `${op}: the norm of the gradients is ${norm}: all values are finite, but their norm is beyond the largest number; leave this step out`,
  )
}
