import { type Generator, tensor } from '@core/tensor'
import { crossEntropy } from '@nn/losses'
import type { Batch, Task } from './task.js'

export const ALPHABET = 8
export const DELAY = 100
const BLANK = ALPHABET
const GO = ALPHABET + 1

/**
 * The copy task (Hochreiter and Schmidhuber, 1997; in this form Arjovsky et al., 2016): symbols, then blanks for the delay,
 * the last of them says go; while blanks follow, the symbols are to be recalled in order.
 */
export function copyTask(symbols: number): Task {
  return {
    title: `recall ${symbols === 1 ? 'one symbol' : `${symbols} symbols`} of an alphabet of ${ALPHABET} after ${DELAY} steps`,
    inputs: { symbols: ALPHABET + 2 },
    outputs: ALPHABET,
    answers: symbols,
    // Half as long again as the delay, as Tallec and Ollivier have it
    maxDelay: 1.5 * DELAY,
    unit: 'accuracy',
    chance: 1 / ALPHABET,
    draw: (generator, batch) => draw(generator, batch, symbols),
    loss: crossEntropy,
    score: (answer, target) => answer.argmax({ axis: -1 }).eq(target).cast('float32').mean(),
  }
}

function draw(generator: Generator, batch: number, symbols: number): Batch {
  const drawn = generator.integers(batch * symbols, ALPHABET)
  const time = DELAY + 2 * symbols
  const x = new Int32Array(batch * time).fill(BLANK)
  for (let b = 0; b < batch; b++) {
    x.set(drawn.subarray(b * symbols, (b + 1) * symbols), b * time)
    x[b * time + symbols + DELAY - 1] = GO
  }
  return [tensor(x, { shape: [batch, time] }), tensor(drawn, { shape: [batch, symbols] })]
}
