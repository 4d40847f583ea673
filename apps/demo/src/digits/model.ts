import { noGrad, softmax } from '@core/tensor'
import type { Sequential } from '@nn/module'
import { hear } from '../training/pace.js'
import { CLASSES, type Digits, PIXELS, toTensors } from './data.js'

export { LeNet } from './lenet.js'

/** What a network takes an image for. */
export interface Reading {
  readonly label: number
  /** How probable it thinks that is, 0 to 1. */
  readonly probability: number
}

/** Has a network read digits, in evaluation mode and without gradients. */
export async function readAll(
  model: Sequential,
  { images, labels }: Digits,
  batch = 250,
): Promise<Reading[]> {
  const readings: Reading[] = []
  const wasTraining = model.training
  model.eval()
  for (let from = 0; from < labels.length; from += batch) {
    const part = {
      images: images.subarray(from * PIXELS, (from + batch) * PIXELS),
      labels: labels.subarray(from, from + batch),
    }
    const probabilities = await noGrad(() => softmax(model.forward(toTensors(part)[0]))).data()
    for (let i = 0; i < part.labels.length; i++)
      readings.push(best(probabilities.subarray(i * CLASSES, (i + 1) * CLASSES)))
    await hear()
  }
  model.train(wasTraining)
  return readings
}

function best(probabilities: ArrayLike<number>): Reading {
  let label = 0
  for (let i = 1; i < probabilities.length; i++) if (probabilities[i] > probabilities[label]) label = i
  return { label, probability: probabilities[label] }
}
