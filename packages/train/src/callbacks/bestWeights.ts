import { OptionError } from '@core/tensor'
import { checkFunction, checkOptions, describe } from '@core/tensor/extend'
import type { Module, StateDict } from '@nn/module'
import type { FitCallback } from '../events.js'
import { MONITOR_OPTIONS, Monitor, type MonitorOptions, type MonitorState } from './monitor.js'

/** Options of {@link bestWeights}. */
export interface BestWeightsOptions extends MonitorOptions {
  /** Is told of every new best, while the model still is that best: to save it, say. */
  onBest?: (best: { readonly value: number; readonly step: number }) => void | Promise<void>
}

/** What {@link bestWeights} gives: a callback, of use without `fit` as well. */
export interface BestWeights extends FitCallback {
  /** The best value so far; null before the first. */
  readonly best: number | null
  /** The step after which it was measured. */
  readonly step: number
  /** The weights then; null before the first value. */
  readonly weights: Readonly<StateDict> | null
  /** Takes in a value that was measured; keeps the weights if it is the best. Whether it is. */
  update(value: number, step?: number): Promise<boolean>
  /** Puts the best weights into the model. */
  restore(): void
  /** What a checkpoint stores: the best value, without the weights. */
  stateDict(): MonitorState
  /** Goes on from a stored state. */
  loadStateDict(state: MonitorState): void
}

/** Refuses what is no module. */
export function checkModel(op: string, name: string, model: Module): void {
  if (typeof model?.stateDict !== 'function' || typeof model.loadStateDict !== 'function')
    throw new OptionError(`${op}: ${name} must be a Module, got ${describe(model)}`)
}

/**
 * Keeps a copy of the weights with which a measure was best. Give it to `fit` as a callback, or tell it each value by
 * `update`.
 *
 * @param model - whose weights are kept
 * @param options - `monitor` ('loss'), `mode`, `minDelta` (0), `on` ('validation'), `onBest`
 * @returns the callback; `restore()` puts the best weights back
 * @throws OptionError where an option is not allowed; in `fit` also where the validation does not measure it
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { assign } from '@core/tensor/extend'
 * import { Linear } from '@nn/layers'
 * import { bestWeights } from '@nn/train'
 * const model = new Linear(1, 1)
 * const best = bestWeights(model)
 * for (const value of [3, 1, 2]) {
 *   assign(model.weight, tensor([[value]])) // one would train here
 *   await best.update(value)
 * }
 * best.restore()
 * model.weight.toArraySync() // => [[1]]
 * ```
 */
export function bestWeights(model: Module, options: BestWeightsOptions = {}): BestWeights {
  const op = 'bestWeights'
  checkModel(op, 'the model', model)
  const { onBest } = checkOptions(op, options, [...MONITOR_OPTIONS, 'onBest'])
  if (onBest !== undefined) checkFunction(op, 'onBest', onBest)
  const monitor = new Monitor(op, options)
  let kept: { weights: StateDict; step: number } | null = null
  const told = async (better: boolean, step: number): Promise<void> => {
    if (!better) return
    kept = { weights: model.stateDict(), step }
    await onBest?.({ value: monitor.best!, step })
  }
  return {
    ...monitor.callback(told),
    get best() {
      return monitor.best
    },
    get step() {
      return kept?.step ?? 0
    },
    get weights() {
      return kept?.weights ?? null
    },
    async update(value, step = 0) {
      const better = monitor.update(value)
      await told(better, step)
      return better
    },
    restore() {
      if (!kept) throw new OptionError(`${op}.restore: no value was measured yet, so no weights are kept`)
      model.loadStateDict(kept.weights)
    },
    stateDict: () => monitor.stateDict(),
    loadStateDict: (state) => monitor.loadStateDict(state),
  }
}
