import { count, duration, nats, perplexity } from '../terminal/format.js'
import type { Stage } from '../training/pace.js'

/** How far a training is. */
export interface Moment extends Stage {
  /** The last loss on held-out data. */
  readonly validation: number
}

/** One line; the narrow form fits into 80 columns beside its bar. */
export function describe(moment: Moment, narrow: boolean): string {
  const { step, loss, validation, perSecond, secondsLeft } = moment
  const left = `${duration(secondsLeft)} left`
  const speed = `${count(perSecond)} tokens/s`
  if (narrow) return [`${step}`, `loss ${nats(loss)}`, `ppl ${perplexity(loss)}`, speed, left].join(' · ')
  return [
    `step ${step}`,
    `loss ${nats(loss)}`,
    `perplexity ${perplexity(loss)}`,
    `validation ${nats(validation)}`,
    speed,
    left,
  ].join(' · ')
}
