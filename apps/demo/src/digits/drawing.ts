import { SIDE } from './data.js'

const SHADES = ' .:-=+*#%@'
/** The digits of this data are at most 20 pixels wide and high; this many around their middle are drawn. */
const FRAME = 22
/** A character is about twice as high as wide: each stands for two pixels, one above the other. */
const LINES = FRAME / 2

/** An image as lines of characters, all equally long. */
export function drawing(image: Float32Array): string[] {
  const pixel = (row: number, column: number): number =>
    row < 0 || row >= SIDE || column < 0 || column >= SIDE ? 0 : image[row * SIDE + column]
  const whole = Array.from({ length: SIDE }, (_, i) => i)
  const top = middle(whole.filter((row) => whole.some((column) => pixel(row, column) > 0))) - FRAME / 2
  const left = middle(whole.filter((column) => whole.some((row) => pixel(row, column) > 0))) - FRAME / 2
  return Array.from({ length: LINES }, (_, y) =>
    Array.from({ length: FRAME }, (_, x) =>
      shade((pixel(top + 2 * y, left + x) + pixel(top + 2 * y + 1, left + x)) / 2),
    ).join(''),
  )
}

/** In the middle between the first and the last of those that have ink. */
function middle(inked: readonly number[]): number {
  return inked.length > 0 ? Math.ceil((inked[0] + inked[inked.length - 1]) / 2) : SIDE / 2
}

const shade = (brightness: number): string =>
  SHADES[Math.min(SHADES.length - 1, Math.floor(brightness * SHADES.length))]

export interface Captioned {
  readonly captions: readonly string[]
  /** One image. */
  readonly image: Float32Array
}

/** Drawings below their captions, as many next to each other as fit into `columns`. */
export function gallery(items: readonly Captioned[], columns: number): string {
  const perRow = Math.max(1, Math.floor(columns / (FRAME + 2)))
  const rows: string[] = []
  for (let i = 0; i < items.length; i += perRow) {
    const blocks = items.slice(i, i + perRow).map(({ captions, image }) => [...captions, ...drawing(image)])
    rows.push(blocks[0].map((_, line) => beside(blocks.map((block) => block[line]))).join('\n'))
  }
  return rows.join('\n\n')
}

const beside = (parts: readonly string[]): string =>
  parts
    .map((part) => `  ${part.padEnd(FRAME)}`)
    .join('')
    .trimEnd()
