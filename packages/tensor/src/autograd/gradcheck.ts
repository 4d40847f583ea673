import { DTypeError, GradientError } from '../errors.js'
import { makeTensor } from '../make.js'
import { checkTensor } from '../ops/run.js'
import { checkFunction, checkOptions } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { grad } from './grad.js'
import { noGrad } from './mode.js'

/** Options of {@link gradcheck}. */
export interface GradcheckOptions {
  /** How far each value is moved to either side. Default 1e-6. */
  eps?: number
  /** Absolute tolerance. Default 1e-6. */
  atol?: number
  /** Relative tolerance. Default 1e-4. */
  rtol?: number
  /** Also checks second derivatives, of the gradients to all inputs. Default false. */
  second?: boolean
}

/**
 * Compares the gradients of a function with central differences, $(f(x + \varepsilon) - f(x - \varepsilon)) / 2\varepsilon$,
 * value by value. Inputs should be float64 (on the reference backend) and away from kinks.
 *
 * @param fn - from the inputs to one tensor or several
 * @param inputs - those that require a gradient are checked
 * @param options - `eps`, `atol`, `rtol`, `second`
 * @returns true
 * @throws GradientError that names the first value where they differ
 * @example
 * ```ts
 * import { gradcheck, reference, tensor, tanh } from '@core/tensor'
 * const x = tensor([0.1, -2], { dtype: 'float64', backend: reference(), requiresGrad: true })
 * gradcheck((v) => tanh(v), [x]) // => true
 * ```
 */
export function gradcheck<In extends readonly Tensor[]>(
  fn: (...inputs: In) => Tensor | readonly Tensor[],
  inputs: In,
  options: GradcheckOptions = {},
): true {
  checkOptions('gradcheck', options, ['eps', 'atol', 'rtol'], ['second'])
  const { eps = 1e-6, atol = 1e-6, rtol = 1e-4, second = false } = options
  checkFunction('gradcheck', 'the first argument', fn)
  inputs.forEach((x, i) => {
    checkTensor('gradcheck', x, `input ${i}`)
    if (x.dtype === 'float32')
      throw new DTypeError(
        `gradcheck: input ${i} ${show(x.shape)} is float32, too coarse for difference quotients; create it with { dtype: 'float64', backend: reference() }`,
      )
  })
  const wanted = inputs.filter((x) => x.requiresGrad)
  if (wanted.length === 0)
    throw new GradientError('gradcheck: no input requires a gradient; create one with { requiresGrad: true }')
  const list = (...xs: readonly Tensor[]): readonly Tensor[] => {
    const y = fn(...(xs as unknown as In))
    return Array.isArray(y) ? (y as readonly Tensor[]) : [y as Tensor]
  }
  const outputs = list(...inputs).filter((y) => y.requiresGrad)
  // One fixed direction for each output makes the comparison one of scalars: Σ yᵢ dᵢ.
  const directions = outputs.map((y, k) => direction(y, k))
  const analytic = grad(outputs, wanted, { gradOutputs: directions, allowUnused: true })
  const value = (xs: readonly Tensor[]): number =>
    noGrad(() => {
      const ys = list(...xs).filter((_, k) => k < directions.length)
      return ys.reduce((sum, y, k) => sum + inner(y, directions[k]!), 0)
    })
  wanted.forEach((x, which) => {
    const values = x.dataSync()
    const got = analytic[which]!.dataSync()
    for (let i = 0; i < values.length; i++) {
      const moved = (by: number) => {
        const copy = values.slice()
        copy[i]! += by
        const t = makeTensor(x.backend.adopt(copy, x.dtype), x.shape)
        return value(inputs.map((y) => (y === x ? t : y)))
      }
      const want = (moved(eps) - moved(-eps)) / (2 * eps)
      if (!(Math.abs(got[i]! - want) <= atol + rtol * Math.abs(want)))
        throw new GradientError(
          `gradcheck: value ${i} of input ${inputs.indexOf(x)} ${show(x.shape)}: the gradient is ${got[i]}, the difference quotient ${want}`,
        )
    }
  })
  if (second) {
    const slope = (...xs: readonly Tensor[]) => {
      const ys = list(...xs).filter((y) => y.requiresGrad)
      const at = xs.filter((x) => x.requiresGrad)
      return grad(ys, at, { gradOutputs: directions, createGraph: true, allowUnused: true })
    }
    gradcheckOfSlopes(slope, inputs, { eps, atol, rtol })
  }
  return true
}

// For difference quotients of gradients the graph must be recorded, so inputs are moved as leaves of their own.
function gradcheckOfSlopes(
  slope: (...xs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
  { eps, atol, rtol }: Required<Omit<GradcheckOptions, 'second'>>,
): void {
  const first = slope(...inputs)
  const directions = first.map((g, k) => direction(g, k + 7))
  const wanted = inputs.filter((x) => x.requiresGrad)
  const live = first.map((g, k) => ({ g, d: directions[k]! })).filter(({ g }) => g.requiresGrad)
  const analytic =
    live.length === 0
      ? []
      : grad(
          live.map(({ g }) => g),
          wanted,
          { gradOutputs: live.map(({ d }) => d), allowUnused: true },
        )
  wanted.forEach((x, which) => {
    const values = x.dataSync()
    const got = analytic[which]?.dataSync() ?? new Float64Array(values.length)
    for (let i = 0; i < values.length; i++) {
      const moved = (by: number) => {
        const copy = values.slice()
        copy[i]! += by
        const t = makeTensor(x.backend.adopt(copy, x.dtype), x.shape).setRequiresGrad(true)
        return slope(...inputs.map((y) => (y === x ? t : y))).reduce(
          (sum, g, k) => sum + inner(g, directions[k]!),
          0,
        )
      }
      const want = (moved(eps) - moved(-eps)) / (2 * eps)
      if (!(Math.abs(got[i]! - want) <= atol + rtol * Math.abs(want)))
        throw new GradientError(
          `gradcheck: second derivative at value ${i} of input ${inputs.indexOf(x)} ${show(x.shape)}: got ${got[i]}, the difference quotient is ${want}`,
        )
    }
  })
}

function direction(y: Tensor, seed: number): Tensor {
  const d = y.dataSync().map((_: number, i: number) => Math.cos(1.3 * i + seed + 0.4))
  return makeTensor(y.backend.adopt(d, y.dtype), y.shape)
}

function inner(a: Tensor, b: Tensor): number {
  const y = a.dataSync()
  const d = b.dataSync()
  let sum = 0
  for (let i = 0; i < y.length; i++) sum += y[i]! * d[i]!
  return sum
}
