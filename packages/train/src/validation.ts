import { OptionError } from '@core/tensor'
import { checkInteger, checkOptions } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { checkRun } from './check.js'
import { type Evaluation, evaluate } from './evaluate.js'
import type { StopSignal } from './events.js'
import type { Batch, LossFunction } from './loss.js'
import { checkMetrics, type Metrics } from './metrics/metric.js'

/** Measuring while training. */
export interface ValidationOptions<M extends Module, B extends Batch> {
  /** Gives batches that are not trained on. */
  loader: AsyncIterable<B> | Iterable<B>
  /** Computes the loss. Default: the one that is trained with. */
  loss?: LossFunction<M, B>
  /** Measures outputs, for which the loss function gives `{ loss, output, target }`. */
  metrics?: Metrics
  /** Steps from one validation to the next. Default: after every epoch. */
  every?: number
}

/** Checks the options of a validation. */
export function checkValidation<M extends Module, B extends Batch>(
  model: M,
  options: ValidationOptions<M, B>,
  loss: LossFunction<M, B>,
): void {
  const op = 'fit.validation'
  checkOptions(op, options, ['loader', 'loss', 'metrics', 'every'])
  checkRun(op, model, options.loader, { loss: options.loss ?? loss })
  if (options.metrics !== undefined) {
    checkMetrics(op, options.metrics)
    if ('loss' in options.metrics)
      throw new OptionError(`${op}: no metric can be called 'loss', which is measured anyway; rename it`)
  }
  if (options.every !== undefined) checkInteger(op, 'every', options.every, 1)
}

/** When a training is validated, and how. */
export class Validation<M extends Module, B extends Batch> {
  /** What the last one found. */
  last: Evaluation | undefined
  private done: number

  constructor(
    private readonly model: M,
    private readonly options: ValidationOptions<M, B> | undefined,
    private readonly loss: LossFunction<M, B>,
    private readonly signal: StopSignal | undefined,
    start: number,
  ) {
    this.done = start
  }

  /** What is measured. */
  get measures(): readonly string[] {
    return this.options ? ['loss', ...Object.keys(this.options.metrics ?? {})] : []
  }

  /** Whether one is due after a step, an epoch, or at the end. */
  due(step: number, moment: 'step' | 'epoch' | 'end'): boolean {
    if (!this.options || step === this.done) return false
    const { every } = this.options
    if (moment === 'end') return true
    return every === undefined ? moment === 'epoch' : moment === 'step' && step % every === 0
  }

  /** Measures the model as it is. */
  async run(step: number): Promise<Evaluation> {
    const { loader, metrics, loss = this.loss } = this.options!
    this.done = step
    this.last = await evaluate(this.model, loader, {
      loss,
      ...(metrics && { metrics }),
      ...(this.signal && { signal: this.signal }),
    })
    return this.last
  }
}
