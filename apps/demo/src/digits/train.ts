import { DataLoader, tensorDataset } from '@nn/data'
import { crossEntropy } from '@nn/losses'
import type { Sequential } from '@nn/module'
import { SGD } from '@nn/optim'
import { fit, type StepEvent } from '@nn/train'
import { count, duration, nats } from '../terminal/format.js'
import { progress } from '../terminal/progress.js'
import { decay } from '../training/decay.js'
import { orFailure } from '../training/diverged.js'
import { hear, Pace, type Stage } from '../training/pace.js'
import { type Digits, toTensors } from './data.js'
import type { Recipe } from './recipe.js'

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
  model: Sequential,
  digits: Digits,
  recipe: Recipe,
  signal: AbortSignal,
): Promise<Training> {
  const { steps, batch, seed, momentum, weightDecay } = recipe
  const optimizer = new SGD(model.namedParameters(), { lr: recipe.lr, momentum, weightDecay })
  const loader = new DataLoader(tensorDataset(...toTensors(digits)), {
    batchSize: batch,
    shuffle: true,
    seed,
  })
  const pace = new Pace(batch)
  const cpu = process.cpuUsage()

  const onStep = async (event: StepEvent) => {
    const fraction = event.step / steps
    for (const group of optimizer.groups) group.lr = recipe.lr * decay(fraction)
    shown.update(pace.stage(event, fraction))
    await hear()
  }

  await hear()
  const shown = progress(describe)
  try {
    const training = fit(model, loader, {
      loss: (net, images, labels) => crossEntropy(net.forward(images), labels),
      optimizer,
      steps,
      callbacks: [{ onStep }],
      signal,
    })
    const result = await orFailure(training)
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
    `loss ${nats(loss)}`,
    `${count(perSecond)} digits/s`,
    `${duration(secondsLeft)} left`,
  ].join(' · ')
}
