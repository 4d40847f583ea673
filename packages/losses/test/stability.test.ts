import { type Backend, grad, reference, type Tensor, tensor, wasm } from '@core/tensor'
import * as L from '@nn/losses'
import { describe, expect, test } from 'vitest'

const backends: [string, () => Promise<Backend>][] = [
  ['reference', async () => reference()],
  ['wasm', () => wasm({ build: 'simd' }).start()],
]

// Where the naive formula overflows, cancels or divides by 0: values and gradients that are right nevertheless.
describe.each(backends)('large numbers, on %s', async (_, start) => {
  const backend = await start()
  const floats = (...values: number[]) => tensor(values, { dtype: 'float32', backend, requiresGrad: true })
  const row = (...values: number[]) => tensor([values], { dtype: 'float32', backend, requiresGrad: true })
  const ids = (...values: number[]) => tensor(values, { dtype: 'int32', backend })
  const check = (loss: Tensor, x: Tensor, value: number[], gradient: number[]) => {
    expect(Array.from(loss.dataSync())).toEqual(value.map((v) => expect.closeTo(v, 5)))
    const [g] = grad(loss.sum(), x)
    expect(Array.from(g!.dataSync())).toEqual(gradient.map((v) => expect.closeTo(v, 5)))
  }
  const none = { reduction: 'none' } as const

  test('bceWithLogits at ±10000', () => {
    const x = floats(1e4, -1e4, 1e4, -1e4, 0)
    const target = floats(1, 0, 0, 1, 1)
    check(L.bceWithLogits(x, target, none), x, [0, 0, 1e4, 1e4, Math.LN2], [0, 0, 1, -1, -0.5])
    const posWeight = floats(2)
    check(
      L.bceWithLogits(x, target, { ...none, posWeight }),
      x,
      [0, 0, 1e4, 2e4, 2 * Math.LN2],
      [0, 0, 1, -2, -1],
    )
  })

  test('bceWithLogits keeps small losses', () => {
    const loss = L.bceWithLogits(floats(15, -15), floats(1, 0), none).dataSync()
    for (const v of loss) expect(v / Math.log1p(Math.exp(-15))).toBeCloseTo(1, 5)
  })

  test('bce at probabilities 0 and 1: logarithms stop at −100, the gradient does not', () => {
    const p = floats(0, 1, 0, 1)
    const loss = L.bce(p, floats(0, 1, 1, 0), none)
    expect(Array.from(loss.dataSync(), Math.abs)).toEqual([0, 0, 100, 100])
    const [g] = grad(loss.sum(), p)
    expect(Array.from(g!.dataSync(), (v) => Math.sign(v))).toEqual([0, 0, -1, 1])
    expect(Math.abs(g!.dataSync()[2]! / -1e12 - 1)).toBeLessThan(1e-6)
  })

  test('crossEntropy at ±10000', () => {
    const x = row(1e4, -1e4, 0)
    check(L.crossEntropy(x, ids(0)), x, [0], [0, 0, 0])
    check(L.crossEntropy(x, ids(1)), x, [2e4], [1, -1, 0])
    const soft = L.crossEntropy(x, row(0, 0.5, 0.5).detach())
    check(soft, x, [1.5e4], [1, -0.5, -0.5])
    check(L.crossEntropy(x, ids(0), { labelSmoothing: 0.3 }), x, [3e3], [0.2, -0.1, -0.1])
  })

  test('softMargin at ±10000', () => {
    const x = floats(1e4, -1e4)
    check(L.softMargin(x, ids(1, 1), none), x, [0, 1e4], [0, -1])
  })

  test('poissonNll and klDiv of a target of 0', () => {
    const x = floats(-1e4, 1)
    check(L.poissonNll(x, floats(0, 0), none), x, [0, Math.E], [0, Math.E])
    check(L.klDiv(x, floats(0, 0), none), x, [0, 0], [0, 0])
    const t = floats(0)
    check(L.klDiv(floats(-2), t, none), t, [0], [2])
  })

  test('huber and smoothL1 of large errors', () => {
    const x = floats(1e4, -1e4, 0)
    check(L.huber(x, floats(0, 0, 0), none), x, [9999.5, 9999.5, 0], [1, -1, 0])
    check(L.smoothL1(x, floats(0, 0, 0), { ...none, beta: 2 }), x, [9999, 9999, 0], [1, -1, 0])
  })

  test('gaussianNll of a variance of 0: bounded, with a gradient', () => {
    const v = floats(0)
    const loss = L.gaussianNll(floats(1), floats(1), v)
    expect(loss.itemSync()).toBeCloseTo(0.5 * Math.log(1e-6), 4)
    expect(grad(loss, v)[0]!.itemSync()).toBeCloseTo(5e5, -1)
  })

  test('distances of 0 have no NaN', () => {
    const a = row(1, 2)
    check(L.tripletMargin(a, a.detach(), a.detach(), { eps: 0 }), a, [1], [0, 0])
    const zero = row(0, 0)
    expect(L.cosineEmbedding(zero, a, ids(1)).itemSync()).toBe(1)
  })

  test('l1 at 0', () => {
    const x = floats(2)
    check(L.l1(x, floats(2)), x, [0], [0])
  })

  test('ctc of probabilities that are 0', () => {
    const x = tensor([[[0, -1e4]], [[0, -1e4]]], { dtype: 'float32', backend, requiresGrad: true })
    check(L.ctc(x, ids(), [2], [0]), x, [0], [0, 0, 0, 0])
    expect(L.ctc(x, ids(1), [2], [1]).itemSync()).toBeCloseTo(1e4 - Math.LN2, 1)
  })
})
