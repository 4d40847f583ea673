import { Generator, randn, reference, setBackend, setDefaultDType, type Tensor, wasm } from '@core/tensor'
import { GRU, LSTM, RNN } from '@nn/recurrent'
import { afterAll, beforeAll, describe, expect } from 'vitest'

/** Wants equal shapes, and values equal to so many digits. */
export const near = (actual: Tensor, expected: Tensor, digits = 5) => {
  expect(actual.shape).toEqual(expected.shape)
  const want = expected.dataSync()
  actual.dataSync().forEach((v: number, i: number) => {
    expect(v).toBeCloseTo(want[i]!, digits)
  })
}
/** Random numbers, the same each time. */
export const noise = (shape: number[], seed = 1) => randn(shape, { generator: new Generator(seed) })

/** The three layers behind one face: a state is a list of tensors. */
export const kinds = [
  { name: 'RNN', gates: 1, make: RNN },
  { name: 'GRU', gates: 3, make: GRU },
  { name: 'LSTM', gates: 4, make: LSTM },
] as const
/** Any of them. */
export type Layer = RNN | GRU | LSTM
export const isLSTM = (layer: Layer): layer is LSTM => layer instanceof LSTM
/** Runs it. */
export function run(
  layer: Layer,
  x: Tensor,
  first?: Tensor[],
  lengths?: number[],
): { output: Tensor; state: Tensor[] } {
  if (isLSTM(layer)) {
    const state = first && { h: first[0]!, c: first[1]! }
    const { output, state: next } = layer.forward(x, { state, lengths })
    return { output, state: [next.h, next.c] }
  }
  const { output, state: next } = layer.forward(x, { state: first?.[0], lengths })
  return { output, state: [next] }
}

/** Wants |a − b| ≤ allowed · (1 + |b|) everywhere. */
export function close(actual: Tensor | undefined, expected: Tensor, allowed: number): void {
  expect(actual?.shape).toEqual(expected.shape)
  const got = actual!.dataSync()
  const wanted = expected.dataSync()
  let worst = 0
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(got[i]! - wanted[i]!) / (1 + Math.abs(wanted[i]!))
    if (!(error <= worst)) worst = error
  }
  expect(worst).toBeLessThanOrEqual(allowed)
}

/** Runs tests in float64 on the reference backend. */
export function inFloat64(what: string, tests: () => void): void {
  describe(what, () => {
    beforeAll(async () => {
      await setBackend(reference())
      setDefaultDType('float64')
    })
    afterAll(async () => {
      setDefaultDType('float32')
      await setBackend(wasm())
    })
    tests()
  })
}

/** Runs tests in float64 on the reference backend, then in float32 on wasm, each with what may differ. */
export function onBoth(what: string, tests: (allowed: number) => void): void {
  inFloat64(`${what}, reference in float64`, () => tests(1e-7))
  describe(`${what}, wasm`, () => tests(1e-5))
}
