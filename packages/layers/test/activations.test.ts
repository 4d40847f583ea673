import { type Tensor, tensor } from '@core/tensor'
import * as layers from '@nn/layers'
import type { Module } from '@nn/module'
import { describe, expect, test } from 'vitest'

const x = tensor([-4, -1, -0.25, 0, 0.25, 1, 4])
type Unary = Module & { forward(x: Tensor): Tensor }

// What PyTorch 2.13 gives with its defaults for these seven numbers.
const defaults: [string, Unary, number[]][] = [
  ['CELU', new layers.CELU(), [-0.981684, -0.632121, -0.221199, 0, 0.25, 1, 4]],
  ['ELU', new layers.ELU(), [-0.981684, -0.632121, -0.221199, 0, 0.25, 1, 4]],
  ['GELU', new layers.GELU(), [-0.000127, -0.158655, -0.100323, 0, 0.149677, 0.841345, 3.999873]],
  ['Hardshrink', new layers.Hardshrink(), [-4, -1, 0, 0, 0, 1, 4]],
  ['Hardsigmoid', new layers.Hardsigmoid(), [0, 0.333333, 0.458333, 0.5, 0.541667, 0.666667, 1]],
  ['Hardswish', new layers.Hardswish(), [0, -0.333333, -0.114583, 0, 0.135417, 0.666667, 4]],
  ['Hardtanh', new layers.Hardtanh(), [-1, -1, -0.25, 0, 0.25, 1, 1]],
  ['LeakyReLU', new layers.LeakyReLU(), [-0.04, -0.01, -0.0025, 0, 0.25, 1, 4]],
  [
    'LogSigmoid',
    new layers.LogSigmoid(),
    [-4.01815, -1.313262, -0.825939, -Math.LN2, -0.575939, -0.313262, -0.01815],
  ],
  ['Mish', new layers.Mish(), [-0.072592, -0.303401, -0.129927, 0, 0.169572, 0.865098, 3.997413]],
  ['PReLU', new layers.PReLU(), [-1, -0.25, -0.0625, 0, 0.25, 1, 4]],
  ['ReLU', new layers.ReLU(), [0, 0, 0, 0, 0.25, 1, 4]],
  ['ReLU6', new layers.ReLU6(), [0, 0, 0, 0, 0.25, 1, 4]],
  ['SELU', new layers.SELU(), [-1.725899, -1.111331, -0.38889, 0, 0.262675, 1.050701, 4.202804]],
  ['SiLU', new layers.SiLU(), [-0.071945, -0.268941, -0.109456, 0, 0.140544, 0.731059, 3.928055]],
  ['Sigmoid', new layers.Sigmoid(), [0.017986, 0.268941, 0.437823, 0.5, 0.562177, 0.731059, 0.982014]],
  ['Softmin', new layers.Softmin(), [0.898506, 0.044734, 0.021131, 0.016457, 0.012817, 0.006054, 0.000301]],
  ['Softplus', new layers.Softplus(), [0.01815, 0.313262, 0.575939, Math.LN2, 0.825939, 1.313262, 4.01815]],
  ['Softshrink', new layers.Softshrink(), [-3.5, -0.5, 0, 0, 0, 0.5, 3.5]],
  ['Softsign', new layers.Softsign(), [-0.8, -0.5, -0.2, 0, 0.2, 0.5, 0.8]],
  ['Tanh', new layers.Tanh(), [-0.999329, -0.761594, -0.244919, 0, 0.244919, 0.761594, 0.999329]],
  ['Tanhshrink', new layers.Tanhshrink(), [-3.000671, -0.238406, -0.005081, 0, 0.005081, 0.238406, 3.000671]],
  ['Threshold', new layers.Threshold(0.5, -7), [-7, -7, -7, -7, -7, 1, 4]],
]

describe('activation layers', () => {
  test.each(defaults)('%s with its defaults', (_, layer, want) => {
    const y = layer.forward(x)
    expect(y.shape).toEqual(x.shape)
    y.dataSync().forEach((v, i) => {
      expect(v).toBeCloseTo(want[i]!, 5)
    })
  })

  test('options reach the function', () => {
    const one = tensor([-1])
    const of = (layer: Unary) => layer.forward(one).itemSync()
    expect(of(new layers.ELU({ alpha: 2 }))).toBeCloseTo(-1.264241, 5)
    expect(of(new layers.CELU({ alpha: 2 }))).toBeCloseTo(-0.786939, 5)
    expect(of(new layers.LeakyReLU({ negativeSlope: 0.5 }))).toBe(-0.5)
    expect(of(new layers.GELU({ approximate: 'tanh' }))).toBeCloseTo(-0.158808, 5)
    expect(of(new layers.Hardtanh({ min: -0.5 }))).toBe(-0.5)
    expect(of(new layers.Hardshrink({ lambda: 1 }))).toBe(0)
    expect(of(new layers.Softshrink({ lambda: 0.75 }))).toBe(-0.25)
    expect(of(new layers.Softplus({ beta: 2, threshold: -3 }))).toBe(-1)
    expect(of(new layers.PReLU(1, { init: 0.5 }))).toBe(-0.5)
  })

  test('GLU halves an axis', () => {
    const pair = tensor([[1, 2, 0, 0]])
    expect(new layers.GLU().forward(pair).toArraySync()).toEqual([[0.5, 1]])
    expect(() => new layers.GLU(0).forward(pair)).toThrow(/glu: axis 0 of \[1, 4\] has 1 values/)
  })

  test('PReLU learns a slope for each channel', () => {
    const layer = new layers.PReLU(2)
    expect(Object.keys(layer.stateDict())).toEqual(['weight'])
    const input = tensor([-1, -2, 3, -4], { requiresGrad: true })
    layer
      .forward(input.reshape([1, 2, 2]))
      .sum()
      .backward()
    expect(layer.weight.grad?.toArraySync()).toEqual([-3, -4])
    expect(input.grad?.toArraySync()).toEqual([0.25, 0.25, 1, 0.25])
    expect(() => layer.forward(tensor([[1, 2, 3]]))).toThrow(/prelu: the weight \[2\].*input \[1, 3\]/)
  })

  test('wrong options are refused when the layer is made', () => {
    expect(() => new layers.Hardtanh({ min: 2 })).toThrow('Hardtanh: min must not be above max, got 2 and 1')
    expect(() => new layers.CELU({ alpha: 0 })).toThrow(/CELU: alpha must not be 0/)
    expect(() => new layers.Softplus({ beta: 0 })).toThrow(/Softplus: beta must not be 0/)
    expect(() => new layers.Softshrink({ lambda: -1 })).toThrow(/Softshrink: lambda must be a number ≥ 0/)
    expect(() => new layers.PReLU(0)).toThrow(/PReLU: numParameters must be a whole number ≥ 1/)
    expect(() => new layers.GELU({ approximate: 'erf' as 'tanh' })).toThrow(/GELU: approximate must be/)
    expect(() => new layers.LeakyReLU({ slope: 1 } as object)).toThrow(
      /LeakyReLU: there is no option 'slope'/,
    )
  })
})
