import { type Backend, reference, wasm } from '@core/tensor'
import { describe, expect, test } from 'vitest'
import { CASES, type Case, F64, Training } from './support.js'

/** Compares with PyTorch: |a − b| ≤ absolute + relative · |b|. */
function expectNear(
  got: Record<string, number[]>,
  wanted: Readonly<Record<string, readonly number[]>>,
  absolute: number,
  relative: number,
): void {
  expect(Object.keys(got)).toEqual(Object.keys(wanted))
  for (const [key, values] of Object.entries(wanted))
    values.forEach((b, i) => {
      const a = got[key]![i]!
      const near = Math.abs(a - b) <= absolute + relative * Math.abs(b)
      expect(near, `${key}[${i}] is ${a}, PyTorch has ${b}`).toBe(true)
    })
}

const titled = (cases: readonly Case[]) =>
  cases.map((c) => [`${c.name} ${JSON.stringify(c.kwargs)} ${JSON.stringify(c.own)}`, c] as const)

test.each(titled(CASES))('float64: %s', (_, c) => {
  const training = new Training(c, F64)
  expect(Object.keys(c.float64)).toEqual(['1', '7', '20'])
  for (const [step, wanted] of Object.entries(c.float64))
    expectNear(training.run(Number(step)).values(), wanted, 1e-10, 1e-9)
})

const backends: [string, () => Promise<Backend>][] = [
  ['reference', async () => reference()],
  ['wasm', () => wasm({ build: 'simd' }).start()],
]

describe.each(backends)('float32, %s', async (_, start) => {
  const backend = await start()
  test.each(titled(CASES))('%s', (_, c) => {
    expectNear(new Training(c, { backend }).run(20).values(), c.float32['20']!, 1e-5, 1e-4)
  })
})

// PyTorch rounds to bfloat16 on the way: a step, about 1 along each singular direction, is off by a few hundredths.
test.each(titled(CASES.filter((c) => c.bfloat16)))('near to PyTorch in bfloat16: %s', (_, c) => {
  const lr = Math.max(...([c.own.lr ?? 0, c.kwargs.lr ?? 1e-3] as number[]))
  expectNear(new Training(c).run(20).values(), c.bfloat16!['20']!, 20 * lr * 0.1, 0)
})
