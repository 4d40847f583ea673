import { checkFunction, checkInteger, checkOptions } from '@core/tensor/extend'
import type { BeginEvent, FitCallback } from '../events.js'

/** What was measured at one moment of a training. */
export interface LogRecord {
  /** Steps done. */
  readonly step: number
  /** The epoch, from 0. */
  readonly epoch: number
  /** Seconds since the training began. */
  readonly seconds: number
  /**
   * What was measured, by name: `train/loss`, `train/gradNorm`, `lr` (`lr/0`, `lr/1` where there are several groups of
   * parameters); `validation/loss` and `validation/` with each metric; `epoch/loss`.
   */
  readonly values: Readonly<Record<string, unknown>>
}

/** Options of logs. */
export interface LogOptions {
  /** Only every so many steps are logged; validations and epochs always. Default 1. */
  every?: number
}

/** The names of learning rates: `lr` for one group of parameters, numbered for several. */
function rateNames(groups: number): string[] {
  return groups === 1 ? ['lr'] : Array.from({ length: groups }, (_, i) => `lr/${i}`)
}

/** All names that a training's records can have, in their order. */
export function namesIn({ rates, measures }: BeginEvent): string[] {
  const validation = measures.map((name) => `validation/${name}`)
  return ['train/loss', 'train/gradNorm', ...rateNames(rates), ...validation, 'epoch/loss']
}

/**
 * Hands every measurement of a training to a function, in one form: for a chart in a page, say, or a log of one's own.
 *
 * @param write - is given each record, and awaited
 * @param options - `every` (1)
 * @returns a callback for `fit`
 * @throws OptionError where an option is not allowed
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit, records } from '@nn/train'
 * const model = new Linear(1, 1)
 * const rates: unknown[] = []
 * await fit(model, [[tensor([[1]]), tensor([[2]])] as const], {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   callbacks: [records(({ step, values }) => void rates.push(step, values.lr))],
 * })
 * rates // => [1, 0.1, 1, undefined]
 * ```
 */
export function records(
  write: (record: LogRecord) => void | Promise<void>,
  options: LogOptions = {},
): FitCallback {
  checkFunction('records', 'write', write)
  return recorder('records', write, options)
}

/** {@link records} under the name of the log that it is for. */
export function recorder(
  op: string,
  write: (record: LogRecord) => void | Promise<void>,
  options: LogOptions,
): FitCallback {
  const { every = 1 } = checkOptions(op, options, ['every'])
  checkInteger(op, 'every', every, 1)
  return {
    onStep: async ({ step, epoch, seconds, loss, gradNorm, lr }) => {
      if (step % every !== 0) return
      const rates = rateNames(lr.length).map((name, i) => [name, lr[i]])
      const norm = gradNorm === undefined ? {} : { 'train/gradNorm': gradNorm }
      await write({
        step,
        epoch,
        seconds,
        values: { 'train/loss': loss, ...norm, ...Object.fromEntries(rates) },
      })
    },
    onValidation: async ({ step, epoch, seconds, loss, metrics }) => {
      const named = Object.entries(metrics).map(([name, value]) => [`validation/${name}`, value])
      await write({ step, epoch, seconds, values: { 'validation/loss': loss, ...Object.fromEntries(named) } })
    },
    onEpoch: async ({ step, epoch, seconds, loss }) => {
      await write({ step, epoch, seconds, values: { 'epoch/loss': loss } })
    },
  }
}
