import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Generator, type Tensor, tensor } from '@core/tensor'
import { CLASSES } from './lenet.js'

export { CLASSES }

/** Pixels in a row and in a column. */
export const SIDE = 28
export const PIXELS = SIDE * SIDE
/** How many of each digit are held out: 2,000 in all. */
const HELD_OUT = 200
/** What is left to train on. */
export const TRAINING = 8000
/** The split is the same whatever the seed of a training, so that trainings can be compared. */
const SPLIT_SEED = 20

/** Handwritten digits and what they are. */
export interface Digits {
  /** Brightness from 0 to 1, row by row, one image after the other. */
  readonly images: Float32Array
  /** From 0 to 9, one for each image. */
  readonly labels: Int32Array
}

export interface Split {
  readonly training: Digits
  readonly heldOut: Digits
}

/** The 10,000 digits of the data package, those of one kind together: an array of images for each of 0 to 9. */
export async function readDigits(): Promise<Float32Array[]> {
  const { resolve } = createRequire(import.meta.url)
  return Promise.all(
    Array.from({ length: CLASSES }, async (_, digit) => {
      const text = await readFile(resolve(`mnist/src/digits/${digit}.json`), 'utf8')
      return Float32Array.from((JSON.parse(text) as { data: number[] }).data)
    }),
  )
}

/** Holds out `heldOut` images of each kind, chosen at random but always the same; the others are to train on. */
export function splitDigits(kinds: readonly Float32Array[], heldOut = HELD_OUT): Split {
  const generator = new Generator(SPLIT_SEED)
  const training: Image[] = []
  const held: Image[] = []
  for (const [label, images] of kinds.entries())
    for (const [i, which] of generator.permutation(images.length / PIXELS).entries()) {
      const pixels = images.subarray(which * PIXELS, (which + 1) * PIXELS)
      ;(i < heldOut ? held : training).push({ pixels, label })
    }
  return { training: together(training), heldOut: together(held) }
}

interface Image {
  readonly pixels: Float32Array
  readonly label: number
}

function together(list: readonly Image[]): Digits {
  const images = new Float32Array(list.length * PIXELS)
  for (const [i, { pixels }] of list.entries()) images.set(pixels, i * PIXELS)
  return { images, labels: Int32Array.from(list, ({ label }) => label) }
}

/** As tensors: images [count, 1, 28, 28], labels [count]. */
export function toTensors({ images, labels }: Digits): [images: Tensor, labels: Tensor] {
  return [tensor(images, { shape: [labels.length, 1, SIDE, SIDE] }), tensor(labels, { dtype: 'int32' })]
}
