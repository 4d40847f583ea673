import { OptionError } from '@core/tensor'
import { checkNumber, checkOptions, describe } from '@core/tensor/extend'
import type { BeginEvent, EpochEvent, ValidationEvent, Verdict } from '../events.js'

/** What is watched, and what counts as better. */
export interface MonitorOptions {
  /** What is watched of each validation: `'loss'` (default) or the name of a metric. */
  monitor?: string
  /** Whether less or more of it is better. Default `'min'` for the loss; to be given for a metric. */
  mode?: 'min' | 'max'
  /** By how much it must be better to count, at least 0. Default 0. */
  minDelta?: number
  /** Where it is read: at every validation, or `'epoch'`: the mean training loss of every epoch. Default `'validation'`. */
  on?: 'validation' | 'epoch'
}

/** The options that {@link MonitorOptions} names. */
export const MONITOR_OPTIONS = ['monitor', 'mode', 'minDelta', 'on'] as const

/** Where the best value was seen, as `stateDict()` gives it. */
export interface MonitorState {
  /** The best value so far; null before the first. */
  readonly best: number | null
  /** How many values in a row were no better. */
  readonly stale: number
}

/** Keeps the best of the values that it is told. */
export class Monitor {
  /** The best value so far; null before the first. */
  best: number | null = null
  /** How many values in a row were no better. */
  stale = 0
  private readonly name: string
  private readonly sign: 1 | -1
  private readonly delta: number
  private readonly on: 'validation' | 'epoch'

  constructor(
    private readonly op: string,
    { monitor = 'loss', mode, minDelta = 0, on = 'validation' }: MonitorOptions,
  ) {
    if (typeof monitor !== 'string')
      throw new OptionError(`${op}: monitor must be 'loss' or the name of a metric, got ${describe(monitor)}`)
    if (mode === undefined ? monitor !== 'loss' : mode !== 'min' && mode !== 'max')
      throw new OptionError(
        `${op}: mode must be 'min' or 'max', which of them is better for '${monitor}', got ${describe(mode)}`,
      )
    if (on !== 'validation' && on !== 'epoch')
      throw new OptionError(`${op}: on must be 'validation' or 'epoch', got ${describe(on)}`)
    if (on === 'epoch' && monitor !== 'loss')
      throw new OptionError(
        `${op}: of an epoch only the loss is known, not '${monitor}'; leave on: 'epoch' out`,
      )
    this.name = monitor
    this.sign = mode === 'max' ? -1 : 1
    this.delta = checkNumber(op, 'minDelta', minDelta, 0, Infinity, 'max')
    this.on = on
  }

  /** Takes a value in; whether it is better than all before. NaN never is. */
  update(value: number): boolean {
    if (typeof value !== 'number')
      throw new OptionError(
        `${this.op}: '${this.name}' must be a number, got ${describe(value)}; monitor another measure`,
      )
    const bound = this.best === null ? Infinity : this.sign * this.best - this.delta
    const better = this.sign * value < bound
    if (better) this.best = value
    this.stale = better ? 0 : this.stale + 1
    return better
  }

  /** The methods of a callback that reads the values where they come; `told` is told whether a value was better. */
  callback(told: (better: boolean, step: number) => Verdict | Promise<Verdict>) {
    return {
      onBegin: ({ measures }: BeginEvent): void => {
        if (this.on === 'validation' && !measures.includes(this.name))
          throw new OptionError(
            measures.length === 0
              ? `${this.op}: it watches '${this.name}' of the validation, but there is none; give fit { validation: { loader } }, or this { on: 'epoch' }`
              : `${this.op}: the validation does not measure '${this.name}'; it measures ${measures.join(', ')}`,
          )
      },
      onValidation: ({ loss, metrics, step }: ValidationEvent) =>
        this.on === 'validation'
          ? told(this.update(this.name === 'loss' ? loss : (metrics[this.name] as number)), step)
          : undefined,
      onEpoch: ({ loss, step }: EpochEvent) =>
        this.on === 'epoch' ? told(this.update(loss), step) : undefined,
    }
  }

  /** What is to be stored. */
  stateDict(): MonitorState {
    return { best: this.best, stale: this.stale }
  }

  /** Goes on from there. */
  loadStateDict(state: MonitorState): void {
    const { best, stale } = checkOptions(`${this.op}.loadStateDict`, state, ['best', 'stale'])
    if (best !== null) checkNumber(`${this.op}.loadStateDict`, 'best', best)
    checkNumber(`${this.op}.loadStateDict`, 'stale', stale, 0)
    this.best = best
    this.stale = stale
  }
}
