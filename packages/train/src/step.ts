import { add, compile, div, minimum, mul, noGrad, type Tensor } from '@core/tensor'
import { dependsOn, liveNumber, scaleGradient } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { badGradient, badLoss, badNorm, gradientNorm } from './guard.js'
import { type Batch, type LossFunction, lossIn } from './loss.js'
import type { Holdings, Scheduler, Stepper } from './optimizers.js'

/** What steps need. */
export interface StepParts<M extends Module, B extends Batch> {
  readonly model: M
  readonly loss: LossFunction<M, B>
  readonly optimizers: readonly Stepper[]
  readonly schedules: readonly Scheduler[]
  readonly holdings: Holdings
  readonly clipNorm: number | undefined
  readonly nanGuard: boolean
  /** Whether steps are recorded and replayed. */
  readonly compiled: boolean
  /** Told why, where they cannot be. */
  readonly warn: (message: string) => void
}

/** What a step tells. */
interface StepOutcome {
  readonly loss: number
  readonly gradNorm: number | undefined
}

/**
 * The steps of one training, each in two parts that are compiled on their own, since what the first one gives is looked at
 * before the second: gradients of the mean loss over some batches; then clipping, and the optimizers.
 */
export class Steps<M extends Module, B extends Batch> {
  private readonly gradients: (...batch: B) => { readonly loss: Tensor; readonly norm: Tensor | null }
  private readonly move: (...norm: Tensor[]) => void
  private batches = 1
  private last = true

  constructor(private readonly parts: StepParts<M, B>) {
    const { compiled, optimizers, warn } = parts
    const gradients = (...batch: B) => this.backward(batch)
    const move = (...norm: Tensor[]) => this.forward(norm[0])
    let warned = false
    const fallback = (reason: string) => {
      if (!warned)
        warn(
          `fit: steps are not compiled, which costs time: ${reason}; or pass { compile: false } to say that it is meant`,
        )
      warned = true
    }
    this.gradients = compiled ? compile(gradients, { fallback }) : gradients
    // an optimizer from elsewhere may hold numbers that would freeze
    this.move =
      compiled && optimizers.every(({ replayable }) => replayable) ? compile(move, { fallback }) : move
  }

  /** One step, from some batches. */
  async run(number: number, batches: readonly B[]): Promise<StepOutcome> {
    const { optimizers, schedules, holdings, nanGuard } = this.parts
    for (const optimizer of optimizers) optimizer.zeroGrad()
    this.batches = batches.length
    let sum = 0
    let norm: Tensor | null = null
    for (const [i, batch] of batches.entries()) {
      this.last = i === batches.length - 1
      const found = this.gradients(...batch)
      norm = found.norm
      const value = await found.loss.item()
      if (nanGuard && !Number.isFinite(value)) throw await badLoss(number, value, holdings.all, batch)
      sum += value
    }
    holdings.look()
    const gradNorm = await this.checked(number, norm)
    this.move(...(norm ? [norm] : []))
    for (const schedule of schedules) schedule.step()
    return { loss: sum / batches.length, gradNorm }
  }

  /** The gradients of one batch, and after the last one their norm. */
  private backward(batch: B): { readonly loss: Tensor; readonly norm: Tensor | null } {
    const { model, clipNorm, nanGuard, holdings } = this.parts
    const { loss } = lossIn('fit', this.parts.loss(model, ...batch))
    const batches = dependsOn(() => this.batches)
    const share = batches === 1 ? loss : mul(loss, 1 / batches)
    share.backward()
    const wanted = dependsOn(() => this.last) && (clipNorm !== undefined || nanGuard)
    return { loss, norm: wanted ? gradientNorm(holdings.held) : null }
  }

  /** Clips by the norm, as `clipGradNorm` does, and has the optimizers step. */
  private forward(norm: Tensor | undefined): void {
    const { clipNorm, holdings, optimizers } = this.parts
    if (norm && clipNorm !== undefined) {
      const factor = noGrad(() =>
        minimum(
          div(
            liveNumber(norm, () => clipNorm),
            add(norm, 1e-6),
          ),
          1,
        ),
      )
      for (const [, parameter] of holdings.held) scaleGradient(parameter, factor)
    }
    for (const optimizer of optimizers) optimizer.step()
  }

  /** The norm of the gradients, which are finite; throws where they are not. */
  private async checked(step: number, norm: Tensor | null): Promise<number | undefined> {
    const { clipNorm, nanGuard, holdings } = this.parts
    if (!norm) return undefined
    const value = await norm.item()
    if (nanGuard && !Number.isFinite(value)) {
      const error =
        (await badGradient(step, holdings.held)) ??
        (clipNorm === undefined ? null : await badNorm(step, holdings.held))
      if (error) throw error
    }
    return value
  }
}
