import { type Generator, stack, tensor, uniform } from '@core/tensor'
import { mse } from '@nn/losses'
import type { Batch, Task } from './task.js'

export const LENGTH = 200

/**
 * The adding problem (Hochreiter and Schmidhuber, 1997): numbers from 0 to 1, one of them marked in either half; the answer
 * is the sum of the two. Always answering 1 has a mean squared error of 1/6.
 */
export const addingTask: Task = {
  title: `add the two marked of ${LENGTH} numbers`,
  inputs: { features: 2 },
  outputs: 1,
  answers: 1,
  maxDelay: LENGTH,
  unit: 'MSE',
  chance: 1 / 6,
  draw,
  loss: mse,
  score: mse,
}

function draw(generator: Generator, batch: number): Batch {
  const values = uniform([batch, LENGTH], 0, 1, { generator })
  const half = LENGTH / 2
  const first = generator.integers(batch, half)
  const second = generator.integers(batch, half).map((at) => half + at)
  const marks = new Float32Array(batch * LENGTH)
  for (let b = 0; b < batch; b++) for (const at of [first[b], second[b]]) marks[b * LENGTH + at] = 1
  const marked = tensor(marks, { shape: [batch, LENGTH] })
  return [stack([values, marked], -1), values.mul(marked).sum({ axis: 1 }).reshape([batch, 1, 1])]
}
