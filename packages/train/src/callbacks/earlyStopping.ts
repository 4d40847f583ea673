import { checkInteger, checkOptions } from '@core/tensor/extend'
import type { Module, StateDict } from '@nn/module'
import type { FitCallback, Verdict } from '../events.js'
import { checkModel } from './bestWeights.js'
import { MONITOR_OPTIONS, Monitor, type MonitorOptions, type MonitorState } from './monitor.js'

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** How many values in a row may be no better before the training stops, at least 1. */
  patience: number
  /** The model that gets its best weights back at the end. Default: none, the last weights stay. */
  restoreBest?: Module
}

/** What {@link earlyStopping} gives: a callback, of use without `fit` as well. */
export interface EarlyStopping extends FitCallback {
  /** The best value so far; null before the first. */
  readonly best: number | null
  /** How many values in a row were no better. */
  readonly stale: number
  /** Takes in a value that was measured; whether it is time to stop. */
  update(value: number): boolean
  /** What a checkpoint stores. */
  stateDict(): MonitorState
  /** Goes on from a stored state. */
  loadStateDict(state: MonitorState): void
}

/**
 * Stops a training that gets no better: after `patience` values in a row that are not better than the best by more
 * than `minDelta` (Prechelt, "Early stopping – but when?", 1998). Give it to `fit` as a callback, or tell it each value by `update`.
 *
 * @param options - `patience`; `monitor` ('loss'), `mode`, `minDelta` (0), `on` ('validation'), `restoreBest`
 * @returns the callback
 * @throws OptionError where an option is not allowed; in `fit` also where the validation does not measure it
 * @example
 * ```ts
 * import { earlyStopping } from '@nn/train'
 * const stopping = earlyStopping({ patience: 2 })
 * const stopped = [0.9, 0.5, 0.6, 0.55].map((loss) => stopping.update(loss)) // => [false, false, false, true]
 * stopping.best // => 0.5
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions): EarlyStopping {
  const op = 'earlyStopping'
  const { patience, restoreBest } = checkOptions(op, options, [...MONITOR_OPTIONS, 'patience', 'restoreBest'])
  checkInteger(op, 'patience', patience, 1)
  const monitor = new Monitor(op, options)
  if (restoreBest !== undefined) checkModel(op, 'restoreBest', restoreBest)
  let kept: StateDict | null = null
  const told = (better: boolean): Verdict => {
    if (better && restoreBest) kept = restoreBest.stateDict()
    return monitor.stale >= patience ? 'stop' : undefined
  }
  return {
    ...monitor.callback(told),
    onEnd: () => {
      if (kept) restoreBest!.loadStateDict(kept)
    },
    get best() {
      return monitor.best
    },
    get stale() {
      return monitor.stale
    },
    update: (value) => told(monitor.update(value)) === 'stop',
    stateDict: () => monitor.stateDict(),
    loadStateDict: (state) => monitor.loadStateDict(state),
  }
}
