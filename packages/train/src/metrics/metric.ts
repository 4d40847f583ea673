import { OptionError, type Tensor } from '@core/tensor'
import { describe } from '@core/tensor/extend'

/**
 * Measures outputs against targets, batch by batch. Anything with these three methods is a metric.
 *
 * @typeParam Value - what it measures, mostly a number
 */
export interface Metric<Value = unknown> {
  /** Takes in a batch: what the model gave, and what it should have given. */
  update(output: Tensor, target: Tensor): Promise<void>
  /** What was measured over all batches since the last reset. */
  compute(): Value
  /** Forgets all batches. */
  reset(): void
}

/** Metrics by name. */
export type Metrics = Readonly<Record<string, Metric>>

/** What metrics measured, by their names. */
export type Measured<Measures extends Metrics> = {
  readonly [Name in keyof Measures]: Measures[Name] extends Metric<infer Value> ? Value : never
}

/** Refuses what are not metrics. */
export function checkMetrics(op: string, metrics: unknown): void {
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics))
    throw new OptionError(
      `${op}: metrics must be an object like { accuracy: accuracy() }, got ${describe(metrics)}`,
    )
  for (const [name, metric] of Object.entries(metrics as Record<string, Partial<Metric> | null>))
    if (
      typeof metric?.update !== 'function' ||
      typeof metric.compute !== 'function' ||
      typeof metric.reset !== 'function'
    )
      throw new OptionError(
        `${op}: the metric '${name}' must have update, compute and reset, got ${describe(metric)}` +
          (typeof metric === 'function' ? `; call it: { ${name}: ${name}() }` : ''),
      )
}

/** A sum of something over all examples, and how many there were. */
export interface Tally {
  readonly sum: number
  readonly count: number
}

/** A metric that is a mean over all examples, or a function of it; NaN before the first. */
export function meanMetric(
  tally: (output: Tensor, target: Tensor) => Promise<Tally>,
  finish: (mean: number) => number = (mean) => mean,
): Metric<number> {
  let [sum, count] = [0, 0]
  return {
    async update(output, target) {
      const more = await tally(output, target)
      sum += more.sum
      count += more.count
    },
    compute: () => finish(sum / count),
    reset: () => {
      sum = count = 0
    },
  }
}
