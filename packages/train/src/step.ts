import { add, div, minimum, mul, noGrad, type Tensor } from '@core/tensor'
import { scaleGradient } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { badGradient, badLoss, badNorm, gradientNorm } from './guard.js'
import { type Batch, type LossFunction, lossIn } from './loss.js'
import type { Holdings, Scheduler, Stepper } from './optimizers.js'

/** What a step needs. */
export interface StepParts<M extends Module, B extends Batch> {
  readonly model: M
  readonly loss: LossFunction<M, B>
  readonly optimizers: readonly Stepper[]
  readonly schedules: readonly Scheduler[]
  readonly holdings: Holdings
  readonly clipNorm: number | undefined
  readonly nanGuard: boolean
}

/** What a step tells. */
interface StepOutcome {
  readonly loss: number
  readonly gradNorm: number | undefined
}

/** One step of the optimizers: gradients of the mean loss over some batches, checked, clipped, used. */
export async function trainStep<M extends Module, B extends Batch>(
  number: number,
  batches: readonly B[],
  parts: StepParts<M, B>,
): Promise<StepOutcome> {
  const { model, optimizers, schedules, holdings, nanGuard } = parts
  for (const optimizer of optimizers) optimizer.zeroGrad()
  let sum = 0
  for (const batch of batches) {
    const { loss } = lossIn('fit', parts.loss(model, ...batch))
    const share = batches.length === 1 ? loss : mul(loss, 1 / batches.length)
    share.backward()
    const value = await loss.item()
    if (nanGuard && !Number.isFinite(value)) throw await badLoss(number, value, holdings.all, batch)
    sum += value
  }
  holdings.look()
  const gradNorm = await checkedNorm(number, parts)
  for (const optimizer of optimizers) optimizer.step()
  for (const schedule of schedules) schedule.step()
  return { loss: sum / batches.length, gradNorm }
}

/** The norm of the gradients, which are finite, and clipped where that is wanted. */
async function checkedNorm<M extends Module, B extends Batch>(
  step: number,
  { holdings, clipNorm, nanGuard }: StepParts<M, B>,
): Promise<number | undefined> {
  const { held } = holdings
  const norm = clipNorm === undefined && !nanGuard ? null : gradientNorm(held)
  if (!norm) return undefined
  const value = await norm.item()
  if (nanGuard && !Number.isFinite(value)) {
    const error =
      (await badGradient(step, held)) ?? (clipNorm === undefined ? null : await badNorm(step, held))
    if (error) throw error
  }
  if (clipNorm !== undefined) clip(holdings, norm, clipNorm)
  return value
}

/** As `clipGradNorm` does, for a norm that is known. */
function clip({ held }: Holdings, norm: Tensor, bound: number): void {
  const factor = noGrad(() => minimum(div(bound, add(norm, 1e-6)), 1))
  for (const [, parameter] of held) scaleGradient(parameter, factor)
}
