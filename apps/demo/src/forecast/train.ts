import { DataLoader } from '@nn/data'
import { mse } from '@nn/losses'
import { AdamW } from '@nn/optim'
import { fit, type StepEvent } from '@nn/train'
import { count, duration } from '../terminal/format.js'
import { progress } from '../terminal/progress.js'
import { decay } from '../training/decay.js'
import { orFailure } from '../training/diverged.js'
import { hear, Pace, type Stage } from '../training/pace.js'
import type { Forecaster } from './model.js'
import type { Recipe } from './recipe.js'
import type { Windows } from './windows.js'

export interface Training {
  readonly steps: number
  readonly seconds: number
  /** Of this process, all its threads. */
  readonly cpuSeconds: number
  /** Ended early by the signal. */
  readonly stopped: boolean
}

/** Trains for the steps of the recipe or until the signal, and shows how it goes. */
export async function train(
  model: Forecaster,
  { training }: Windows,
  recipe: Recipe,
  signal: AbortSignal,
): Promise<Training> {
  const { steps, batch, lr, weightDecay, clipNorm, seed } = recipe
  const optimizer = new AdamW(model.namedParameters(), { lr, weightDecay })
  const loader = new DataLoader(training, { batchSize: batch, shuffle: true, seed })
  const pace = new Pace(batch)
  const cpu = process.cpuUsage()

  const onStep = async (event: StepEvent) => {
    const fraction = event.step / steps
    for (const group of optimizer.groups) group.lr = lr * decay(fraction)
    shown.update(pace.stage(event, fraction))
    await hear()
  }

  await hear()
  const shown = progress(describe)
  try {
    const running = fit(model, loader, {
      loss: (net, x, y) => mse(net.forward(x), y),
      optimizer,
      steps,
      clipNorm,
      callbacks: [{ onStep }],
      signal,
    })
    const result = await orFailure(running)
    const { user, system } = process.cpuUsage(cpu)
    return {
      steps: result.steps,
      seconds: pace.seconds,
      cpuSeconds: (user + system) / 1e6,
      stopped: result.stopped === 'aborted',
    }
  } finally {
    shown.stop()
  }
}

/** One line; the narrow form fits into 80 columns beside its bar. */
export function describe({ step, loss, perSecond, secondsLeft }: Stage, narrow: boolean): string {
  return [
    narrow ? `${step}` : `step ${step}`,
    `loss ${loss.toFixed(3)}`,
    `${count(perSecond)} windows/s`,
    `${duration(secondsLeft)} left`,
  ].join(' · ')
}
