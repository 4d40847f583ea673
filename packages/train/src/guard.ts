import { add, noGrad, type Parameter, sqrt, type Tensor, TensorError } from '@core/tensor'
import { gradientOf, sumSquares } from '@core/tensor/extend'
import type { Batch } from './loss.js'

/** Parameters with their names. */
export type Named = readonly (readonly [name: string, parameter: Parameter])[]

/** A training met a loss or gradient that is not finite, and stopped before the optimizer moved anything. Code `ERR_DIVERGED`. */
export class DivergenceError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_DIVERGED'
  /** The name of the class. */
  override readonly name = 'DivergenceError'

  /**
   * @param message - what happened, and what may help
   * @param step - the step that was not done, from 1
   * @param parameter - the parameter at fault; null where it is none
   */
  constructor(
    message: string,
    readonly step: number,
    readonly parameter: string | null,
  ) {
    super(message)
  }
}

/** The norm of all gradients together; null where there is none. */
export function gradientNorm(parameters: Named): Tensor | null {
  const squares = parameters.flatMap(([, p]) => gradientOf(p) ?? []).map((g) => sumSquares(g))
  return squares.length === 0 ? null : noGrad(() => sqrt(squares.reduce((a, b) => add(a, b))))
}

/** Why a loss is not finite: the first parameter that is not, else an input that is not, else the loss itself. */
export async function badLoss(
  step: number,
  loss: number,
  parameters: Named,
  batch: Batch,
): Promise<DivergenceError> {
  const where = `fit: in step ${step} the loss is ${loss}`
  const end = 'the optimizer moved nothing in this step'
  for (const [name, parameter] of parameters) {
    const bad = await firstBad(parameter)
    if (bad)
      return new DivergenceError(
        `${where}, because the parameter '${name}' holds ${bad}: the steps before were too large; ${end}; lower the learning rate or set clipNorm`,
        step,
        name,
      )
  }
  for (const [i, tensor] of batch.entries()) {
    const bad = await firstBad(tensor)
    if (bad)
      return new DivergenceError(
        `${where}, and tensor ${i} of the batch holds ${bad}; ${end}; clean the data`,
        step,
        null,
      )
  }
  return new DivergenceError(
    `${where}, though parameters and batch are finite: the loss function overflows or leaves its domain; ${end}; look for log, sqrt or a division in it`,
    step,
    null,
  )
}

/** Why the norm of the gradients is not finite; null where all gradients are, so that only their squares overflow. */
export async function badGradient(step: number, parameters: Named): Promise<DivergenceError | null> {
  for (const [name, parameter] of parameters) {
    const gradient = gradientOf(parameter)
    const bad = gradient && (await firstBad(gradient))
    if (bad)
      return new DivergenceError(
        `fit: in step ${step} the gradient of '${name}' holds ${bad}; the optimizer moved nothing in this step; ` +
          'look for sqrt, log, a division or a norm at 0 on the way to the loss, or lower the learning rate',
        step,
        name,
      )
  }
  return null
}

/** The gradients are finite, but together too large for a norm, by which they would be clipped. */
export async function badNorm(step: number, parameters: Named): Promise<DivergenceError> {
  let [name, largest] = ['', 0]
  for (const [key, parameter] of parameters)
    for (const value of (await gradientOf(parameter)?.data()) ?? [])
      if (Math.abs(value) > largest) [name, largest] = [key, Math.abs(value)]
  return new DivergenceError(
    `fit: in step ${step} the gradients are so large that their norm is not finite; the largest, ${largest}, is of '${name}'; ` +
      'the optimizer moved nothing in this step; scale the loss, or lower the learning rate',
    step,
    name,
  )
}

/** The first value that is not finite and where it stands, in words; null where there is none. */
async function firstBad(tensor: Tensor): Promise<string | null> {
  const values = await tensor.data()
  const at = values.findIndex((value: number) => !Number.isFinite(value))
  return at < 0 ? null : `${values[at]} at index ${at} of ${values.length}`
}
