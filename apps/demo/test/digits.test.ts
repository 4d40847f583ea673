import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseOptions } from '../src/cli/options.js'
import { confusionOf, mistakes, recalls, score } from '../src/digits/confusion.js'
import { type Digits, PIXELS, readDigits, type Split, splitDigits } from '../src/digits/data.js'
import { drawing, gallery } from '../src/digits/drawing.js'
import { digitsOptions } from '../src/digits/options.js'
import { makeRecipe } from '../src/digits/recipe.js'
import { describeConfusion, describeMistakes } from '../src/digits/report.js'
import { describe as line } from '../src/digits/train.js'

describe('the split', () => {
  let kinds: Float32Array[]
  let split: Split
  beforeAll(async () => {
    kinds = await readDigits()
    split = splitDigits(kinds)
  })
  const perKind = ({ labels }: Digits) =>
    Array.from({ length: 10 }, (_, k) => labels.filter((l) => l === k).length)
  const hashes = ({ images, labels }: Digits) =>
    Array.from(labels, (label, i) =>
      createHash('sha1')
        .update(new Uint8Array(images.slice(i * PIXELS, (i + 1) * PIXELS).buffer))
        .update(String(label))
        .digest('hex'),
    )

  test('holds out 200 of each digit, all others are to train on', () => {
    expect(perKind(split.heldOut)).toEqual(new Array(10).fill(200))
    expect(perKind(split.training)).toEqual(kinds.map(({ length }) => length / PIXELS - 200))
    expect(split.training.labels.length).toBe(8000)
    for (const { images, labels } of [split.training, split.heldOut])
      expect(images.length).toBe(labels.length * PIXELS)
  })

  test('has no image twice, so none in both parts', () => {
    const all = [...hashes(split.training), ...hashes(split.heldOut)]
    expect(new Set(all).size).toBe(10_000)
  })

  test('keeps images with their labels, brightness from 0 to 1', () => {
    const kind = (label: number) => kinds[label]
    for (const { images, labels } of [split.training, split.heldOut])
      for (const i of [0, 1234, labels.length - 1]) {
        const image = images.subarray(i * PIXELS, (i + 1) * PIXELS)
        const found = Array.from({ length: kind(labels[i]).length / PIXELS }, (_, k) => k).some((k) =>
          image.every((value, p) => value === kind(labels[i])[k * PIXELS + p]),
        )
        expect(found).toBe(true)
      }
    expect(split.heldOut.images.every((value) => value >= 0 && value <= 1)).toBe(true)
  })

  test('is always the same', () => {
    const again = splitDigits(kinds).heldOut
    expect(again.labels).toEqual(split.heldOut.labels)
    expect(hashes(again)).toEqual(hashes(split.heldOut))
  })
})

describe('the confusion matrix', () => {
  // 0 read as 0, 0, 1; 1 as 1; 2 as 0, 0, 2, 1.
  const confusion = confusionOf([0, 0, 0, 1, 2, 2, 2, 2], [0, 0, 1, 1, 0, 0, 2, 1], 4)

  test('counts by hand', () => {
    expect(confusion).toEqual([
      [2, 1, 0, 0],
      [0, 1, 0, 0],
      [2, 1, 1, 0],
      [0, 0, 0, 0],
    ])
    expect(score(confusion)).toEqual({ right: 4, of: 8 })
    expect(recalls(confusion)).toEqual([2 / 3, 1, 1 / 4, Number.NaN])
    expect(mistakes(confusion)).toEqual([
      { label: 2, read: 0, times: 2 },
      { label: 0, read: 1, times: 1 },
      { label: 2, read: 1, times: 1 },
    ])
  })

  test('in the terminal: a row for each digit, its share at the end', () => {
    const lines = plain(describeConfusion(confusion)).split('\n').slice(2)
    expect(lines).toEqual([
      '  is ╲ read as    0    1    2    3   right',
      '             0    2    1    ·    ·   66.7 %',
      '             1    ·    1    ·    ·  100.0 %',
      '             2    2    1    1    ·   25.0 %',
      '             3    ·    ·    ·    ·        –',
      '  most often: 2 as 0 (2), 0 as 1 (1), 2 as 1 (1)',
    ])
    const ten = confusionOf([0], [0])
    for (const row of plain(describeConfusion(ten)).split('\n')) expect(row.length).toBeLessThanOrEqual(80)
  })
})

describe('drawings', () => {
  // A frame of full brightness, 8 wide and 12 high, in a corner of the image.
  const image = new Float32Array(PIXELS)
  for (let y = 0; y < 12; y++)
    for (let x = 0; x < 8; x++) if (y < 2 || y > 9 || x === 0 || x === 7) image[y * 28 + x] = 1

  test('show the digit in the middle, half as many lines as columns', () => {
    const lines = drawing(image)
    expect(lines.length).toBe(11)
    expect(lines.every(({ length }) => length === 22)).toBe(true)
    const inked = lines.map((row) => row.trim()).filter((row) => row)
    expect(inked[0]).toMatch(/^@{8}$|^\+{8}$/)
    expect(inked.some((row) => row === '@      @')).toBe(true)
    expect(drawing(new Float32Array(PIXELS)).join('').trim()).toBe('')
    expect(drawing(new Float32Array(PIXELS).fill(1)).join('')).toBe('@'.repeat(22 * 11))
  })

  test('stand beside each other as far as the terminal is wide', () => {
    const items = [1, 2, 3, 4].map((n) => ({ captions: [`is ${n}`], image }))
    const rows = gallery(items, 80).split('\n\n')
    expect(gallery(items, 80).split('\n')[0]).toMatch(/^ {2}is 1 +is 2 +is 3$/)
    expect(
      gallery(items, 80)
        .split('\n')
        .every(({ length }) => length <= 80),
    ).toBe(true)
    expect(
      gallery(items, 20)
        .split('\n')
        .filter((row) => /is \d/.test(row)).length,
    ).toBe(4)
    expect(rows.length).toBeGreaterThan(1)
  })

  test('of what was read wrongly: the surest first', () => {
    const digits = { images: new Float32Array(3 * PIXELS).fill(0.5), labels: Int32Array.of(4, 7, 9) }
    const readings = [
      { label: 9, probability: 0.6 },
      { label: 7, probability: 0.99 },
      { label: 4, probability: 0.875 },
    ]
    const lines = plain(describeMistakes(digits, readings, 80)).split('\n')
    expect(lines.slice(1, 4)).toEqual([
      'Read wrongly, all of them',
      '  is 9, read as 4         is 4, read as 9',
      '  (87 % sure)             (60 % sure)',
    ])
    expect(
      describeMistakes(
        digits,
        [4, 7, 9].map((label) => ({ label, probability: 1 })),
        80,
      ),
    ).toContain('Every held-out digit was read rightly.')
  })
})

test('what was left unsaid, and one sentence for two limits', () => {
  const recipe = (...args: string[]) => makeRecipe(parseOptions(args, digitsOptions))
  expect(recipe()).toMatchObject({ batch: 32, seed: 1, momentum: 0.9 })
  expect(recipe('--epochs', '2').steps).toBe(500)
  expect(recipe('--epochs', '2', '--batch', '3000').steps).toBe(6)
  expect(recipe('--steps', '7', '--seed', '0')).toMatchObject({ steps: 7, seed: 0 })
  expect(recipe('--batch', '8').lr).toBeCloseTo(recipe().lr / 2)
  expect(recipe('--batch', '8000').lr).toBe(recipe().lr)
  expect(() => recipe('--epochs', '2', '--steps', '7')).toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: '--epochs and --steps are two limits; give one of them.',
    }),
  )
})

test('a line says step, loss, speed and time left; the narrow one fits', () => {
  const stage = { step: 120, fraction: 0.4, loss: 0.1234, perSecond: 1772.3, secondsLeft: 65 }
  expect(line(stage, false)).toBe('step 120 · loss 0.123 · 1,772 digits/s · 1:05 left')
  const widest = { ...stage, step: 10_000_000, perSecond: 100_000, secondsLeft: 360_000 }
  expect(line(widest, true).length + 2 + 10 + 1).toBeLessThanOrEqual(80)
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours
const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, '')
