import measured from './fixtures/pytorch.json' with { type: 'json' }
import { meanCurve } from './summary.js'
import type { Curve, Training } from './train.js'

/** A curve that PyTorch gave, by tools/recipes/memory_tasks.py: from the same weights, with the same batches. */
interface Measured {
  readonly task: string
  readonly cell: string
  readonly init: string
  readonly seed: number
  readonly batch: number
  readonly curve: readonly number[][]
}

/** PyTorch's curve of the same recipe and seed; undefined where it was not measured. */
export function pytorchCurve({ job }: Training): Curve | undefined {
  const found = (measured as readonly Measured[]).find(
    ({ task, cell, init, seed, batch }) =>
      task === job.task && cell === job.cell && init === job.init && seed === job.seed && batch === job.batch,
  )
  return found?.curve.map(([step, value]) => [step, value])
}

/** Two means over the same seeds at the same steps. */
export interface Comparison {
  readonly seeds: number
  readonly rows: readonly { readonly step: number; readonly ours: number; readonly pytorch: number }[]
}

/** Our mean beside PyTorch's, over the seeds that both have. */
export function compare(trainings: readonly Training[]): Comparison {
  const pairs = trainings.flatMap((training) => {
    const pytorch = pytorchCurve(training)
    return pytorch ? [{ ours: training.curve, pytorch }] : []
  })
  const pytorch = new Map(meanCurve(pairs.map((pair) => pair.pytorch)))
  const rows = meanCurve(pairs.map((pair) => pair.ours))
    .filter(([step]) => pytorch.has(step))
    .map(([step, ours]) => ({ step, ours, pytorch: pytorch.get(step)! }))
  return { seeds: pairs.length, rows }
}
