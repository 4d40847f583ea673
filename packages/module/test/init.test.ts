import { Generator, matmul, Parameter, reference, setBackend, type Tensor, zeros } from '@core/tensor'
import { init } from '@nn/module'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(() => setBackend(reference()))

const filled = (initialiser: ReturnType<typeof init.zeros>, shape: number[], seed = 3): Tensor => {
  const parameter = new Parameter(zeros(shape, { dtype: 'float64' }))
  initialiser(parameter, new Generator(seed))
  return parameter
}
const deviation = (t: Tensor) => Math.sqrt(t.square().mean().itemSync())
const largest = (t: Tensor) => t.abs().max().itemSync()

describe('gains and fans are PyTorch’s', () => {
  test.each([
    ['linear', undefined, 1],
    ['sigmoid', undefined, 1],
    ['tanh', undefined, 5 / 3],
    ['relu', undefined, Math.SQRT2],
    ['leakyRelu', undefined, Math.sqrt(2 / 1.0001)],
    ['leakyRelu', 0.2, Math.sqrt(2 / 1.04)],
    ['selu', undefined, 0.75],
  ] as const)('gain of %s, %s', (name, slope, gain) => {
    expect(init.calculateGain(name, slope)).toBeCloseTo(gain, 12)
  })

  const shape = [40, 30, 3] // fan in 90, fan out 120
  test.each([
    ['xavierNormal', init.xavierNormal({ gain: 2 }), 2 * Math.sqrt(2 / 210), undefined],
    ['xavierUniform', init.xavierUniform(), Math.sqrt(2 / 210), Math.sqrt(6 / 210)],
    ['kaimingNormal', init.kaimingNormal(), Math.sqrt(2 / 90), undefined],
    [
      'kaimingNormal, fan out',
      init.kaimingNormal({ mode: 'fanOut', nonlinearity: 'tanh' }),
      5 / 3 / Math.sqrt(120),
      undefined,
    ],
    ['kaimingUniform', init.kaimingUniform({ slope: Math.sqrt(5) }), Math.sqrt(1 / 270), Math.sqrt(1 / 90)],
    ['normal', init.normal(0, 0.5), 0.5, undefined],
    ['uniform', init.uniform(-3, 3), Math.sqrt(3), 3],
    ['truncated normal, wide', init.truncatedNormal({ std: 0.1 }), 0.1, 2],
    ['truncated normal', init.truncatedNormal(), 0.8796, 2],
    ['truncated normal, narrow', init.truncatedNormal({ low: -1, high: 1 }), 0.5396, 1],
  ] as const)('%s', (_, initialiser, std, bound) => {
    const values = filled(initialiser, shape)
    expect(deviation(values) / std).toBeGreaterThan(0.96)
    expect(deviation(values) / std).toBeLessThan(1.04)
    if (bound) expect(largest(values)).toBeLessThanOrEqual(bound)
    expect(Math.abs(values.mean().itemSync())).toBeLessThan(0.06 * std)
    expect(filled(initialiser, shape).toArraySync()).toEqual(values.toArraySync())
    expect(filled(initialiser, shape, 4).toArraySync()).not.toEqual(values.toArraySync())
  })
})

test('a truncated normal far from the mean is the tail of the normal distribution', () => {
  const values = Array.from(filled(init.truncatedNormal({ low: 5, high: 100 }), [2000]).dataSync())
  expect(Math.min(...values)).toBeGreaterThanOrEqual(5)
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  expect(mean).toBeCloseTo(5.1865, 1) // φ(5) / Φ(−5)
})

test.each([
  [[20, 8], 1],
  [[8, 20], 2],
  [[6, 2, 3], 1],
] as const)('orthogonal %s', (shape, gain) => {
  const [rows, ...rest] = shape
  const w = filled(init.orthogonal({ gain }), [...shape]).reshape([
    rows,
    rest.reduce<number>((a, b) => a * b, 1),
  ])
  const product = w.shape[0]! <= w.shape[1]! ? matmul(w, w.transpose()) : matmul(w.transpose(), w)
  ;(product.toArraySync() as number[][]).forEach((row, i) => {
    row.forEach((v, j) => {
      expect(v).toBeCloseTo(i === j ? gain * gain : 0, 10)
    })
  })
})

test('constants, identities and sparse matrices', () => {
  expect(filled(init.constant(2), [2]).toArraySync()).toEqual([2, 2])
  expect(filled(init.eye(), [2, 3]).toArraySync()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ])
  expect(filled(init.dirac({ groups: 2 }), [4, 2, 1, 2]).toArraySync()).toEqual([
    [[[0, 1]], [[0, 0]]],
    [[[0, 0]], [[0, 1]]],
    [[[0, 1]], [[0, 0]]],
    [[[0, 0]], [[0, 1]]],
  ])
  const sparse = filled(init.sparse(0.25), [10, 4])
  expect((sparse.eq(0).sum({ axis: 0 }) as Tensor).toArraySync()).toEqual([3, 3, 3, 3])
})

describe('what does not fit is refused', () => {
  test.each<[RegExp, () => unknown]>([
    [
      /xavierUniform: a parameter of shape \[3\] has no inputs and outputs/,
      () => filled(init.xavierUniform(), [3]),
    ],
    [/eye: the parameter must be a matrix/, () => filled(init.eye(), [2, 2, 2])],
    [/dirac: 3 output channels do not fall into 2/, () => filled(init.dirac({ groups: 2 }), [3, 2, 1])],
    [/calculateGain: nonlinearity must be one of/, () => init.calculateGain('swish' as never)],
    [
      /kaimingNormal: mode must be 'fanIn' or 'fanOut'/,
      () => init.kaimingNormal({ mode: 'fan_in' as never }),
    ],
    [/truncatedNormal: low 2 must be below high 1/, () => init.truncatedNormal({ low: 2, high: 1 })],
    [/sparse: sparsity/, () => init.sparse(1.5)],
    [/normal: std/, () => init.normal(0, -1)],
  ])('%s', (message, fn) => {
    expect(fn).toThrow(message)
  })
})
