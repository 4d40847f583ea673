import { Generator, noGrad } from '@core/tensor'
import { Adam } from '@nn/optim'
import { fit, type StepEvent } from '@nn/train'
import { Failure } from '../cli/errors.js'
import { count, duration } from '../terminal/format.js'
import { progress } from '../terminal/progress.js'
import { hear, Pace, type Stage } from '../training/pace.js'
import { MemoryModel } from './model.js'
import { CLIP_NORM, HELD_OUT, HELD_OUT_SEED, type Job, LR, label, taskOf } from './recipe.js'
import type { Batch, Task } from './task.js'

/** What was measured on held-out sequences: after how many steps, accuracy or mean squared error. */
export type Curve = readonly (readonly [step: number, value: number])[]

export interface Training {
  readonly job: Job
  readonly curve: Curve
  readonly seconds: number
  /** Ended early by the signal. */
  readonly stopped: boolean
}

interface Moment extends Stage {
  readonly job: Job
  readonly value: number
}

/** In so many parts the held-out sequences are measured, so that not all their states lie in memory at once. */
const PARTS = 8

/** Trains one network for the steps of its job or until the signal, and shows how it goes. */
export async function train(job: Job, signal: AbortSignal): Promise<Training> {
  const { steps, batch, every } = job
  const task = taskOf(job)
  const generator = new Generator(job.seed)
  const model = new MemoryModel(task, job.cell, job.init, generator.fork())
  const optimizer = new Adam(model.namedParameters(), { lr: LR })
  const heldOut = parts(task)
  const curve: [number, number][] = [[0, await measure(model, task, heldOut)]]
  const pace = new Pace(batch)

  const onStep = async (event: StepEvent) => {
    if (!Number.isFinite(event.loss))
      throw new Failure(`The training diverged: after step ${event.step} the loss is ${event.loss}.`)
    if (event.step % every === 0 || event.step === steps)
      await pace.pause(async () => curve.push([event.step, await measure(model, task, heldOut)]))
    const value = curve[curve.length - 1][1]
    shown.update({ ...pace.stage(event, event.step / steps), job, value })
    await hear()
  }

  await hear()
  const shown = progress(describe)
  try {
    const { stopped } = await fit(model, batches(task, generator.fork(), batch), {
      loss: (net, x, target) => task.loss(net.forward(x), target),
      optimizer,
      steps,
      clipNorm: CLIP_NORM,
      callbacks: [{ onStep }],
      signal,
    })
    return { job, curve, seconds: pace.seconds, stopped: stopped === 'aborted' }
  } finally {
    shown.stop()
  }
}

/** Every batch is new, so that nothing can be learned by heart. */
function* batches(task: Task, generator: Generator, batch: number): Iterable<Batch> {
  for (;;) yield task.draw(generator, batch)
}

function parts(task: Task): Batch[] {
  const [x, target] = task.draw(new Generator(HELD_OUT_SEED), HELD_OUT)
  const size = HELD_OUT / PARTS
  return Array.from({ length: PARTS }, (_, i) => [
    x.slice(i * size, (i + 1) * size),
    target.slice(i * size, (i + 1) * size),
  ])
}

async function measure(model: MemoryModel, task: Task, heldOut: readonly Batch[]): Promise<number> {
  let sum = 0
  for (const [x, target] of heldOut) {
    sum += await noGrad(() => task.score(model.forward(x), target)).item()
    await hear()
  }
  return sum / heldOut.length
}

/** One line; the narrow form fits into 80 columns beside its bar. */
export function describe({ job, step, value, secondsLeft }: Moment, narrow: boolean): string {
  const { unit } = taskOf(job)
  return [
    label(job),
    narrow ? `${step}` : `step ${count(step)}`,
    unit === 'accuracy' ? `accuracy ${(100 * value).toFixed(1)} %` : `MSE ${value.toFixed(5)}`,
    `${duration(secondsLeft)} left`,
  ].join(' · ')
}
