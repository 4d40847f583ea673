import { Args } from './args.ts'
import { find } from './call.ts'
import { numberOf, type SchedCase } from './cases.ts'
import { type Comparison, tolerancesOf } from './compare.ts'
import { Inputs } from './values.ts'

/** A schedule at work. */
export interface Schedule {
  /** The learning rate of the next step. */
  lr(): number
  /** After a step; with the metric where the schedule watches one. */
  step(metric?: number): void
}

/** PyTorch's schedulers. */
const SCHEDULES: Readonly<Record<string, (baseLr: number, options: Args) => Schedule>> = {}

/** Replays a schedule. */
export async function replaySchedule(c: SchedCase, comparison: Comparison): Promise<void> {
  const options = new Args(c.name, '', [], new Inputs('float64', [], false).named(c.kwargs))
  const schedule = find(SCHEDULES, c.name)(c.baseLr, options)
  options.finish()
  compareSchedule(c, schedule, comparison)
}

/** Runs a schedule: plain float64 arithmetic, compared as such on every backend. */
export function compareSchedule(
  c: Pick<SchedCase, 'lrs' | 'metric'>,
  schedule: Schedule,
  comparison: Comparison,
): void {
  const lrs = c.lrs.map((_, i) => {
    const lr = schedule.lr()
    const metric = c.metric?.[i]
    schedule.step(...(metric === undefined ? [] : [numberOf(metric)]))
    return lr
  })
  comparison.numbers('lrs', lrs, c.lrs, tolerancesOf('float64').outputs)
}
