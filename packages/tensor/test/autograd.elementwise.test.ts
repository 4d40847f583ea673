import * as T from '@core/tensor'
import { gradcheck, randn, reference, type Tensor, tensor } from '@core/tensor'
import { describe, expect, test } from 'vitest'

const backend = reference()
let seed = 100
const leaf = (...shape: number[]) =>
  randn(shape, { dtype: 'float64', backend, generator: new T.Generator(++seed), requiresGrad: true })
/** Away from 0 by at least 0.5. */
const positive = (...shape: number[]) =>
  leaf(...shape)
    .abs()
    .add(0.5)
    .detach()
    .clone()
    .setRequiresGrad(true)
/** Between −1 and 1. */
const inside = (...shape: number[]) =>
  leaf(...shape)
    .tanh()
    .mul(0.9)
    .detach()
    .clone()
    .setRequiresGrad(true)

// Functions of one or several tensors, and inputs away from kinks and steps.
const cases: [string, (...xs: Tensor[]) => Tensor, () => Tensor[]][] = [
  ['acos', (x) => T.acos(x!), () => [inside(5)]],
  ['asin', (x) => T.asin(x!), () => [inside(5)]],
  ['atan', (x) => T.atan(x!), () => [leaf(5)]],
  ['atan2', (a, b) => T.atan2(a!, b!), () => [leaf(3, 4), leaf(4)]],
  ['ceil', (x) => T.ceil(x!), () => [leaf(5)]],
  ['clamp', (x) => T.clamp(x!, { min: -0.5, max: 0.5 }), () => [leaf(9)]],
  ['clamp from below', (x) => T.clamp(x!, { min: -0.5 }), () => [leaf(9)]],
  [
    'clamp by tensors',
    (x, a, b) => T.clamp(x!, { min: a!, max: b! }),
    () => [leaf(4, 9), leaf(9), leaf(4, 1)],
  ],
  ['cosh', (x) => T.cosh(x!), () => [leaf(5)]],
  ['div, floor', (a, b) => T.div(a!, b!, { roundingMode: 'floor' }), () => [leaf(3, 4), positive(4)]],
  ['div, trunc', (a, b) => T.div(a!, b!, { roundingMode: 'trunc' }), () => [leaf(3, 4), positive(4)]],
  ['erf', (x) => T.erf(x!), () => [leaf(5)]],
  ['expm1', (x) => T.expm1(x!), () => [leaf(5)]],
  ['floor', (x) => T.floor(x!), () => [leaf(5)]],
  ['fmod', (a, b) => T.fmod(a!, b!), () => [leaf(3, 4), positive(4)]],
  ['log1p', (x) => T.log1p(x!), () => [inside(5)]],
  ['log2', (x) => T.log2(x!), () => [positive(5)]],
  ['remainder', (a, b) => T.remainder(a!, b!), () => [leaf(3, 4), positive(4)]],
  ['round', (x) => T.round(x!), () => [leaf(5)]],
  ['rsqrt', (x) => T.rsqrt(x!), () => [positive(5)]],
  ['sinh', (x) => T.sinh(x!), () => [leaf(5)]],
  ['tan', (x) => T.tan(x!), () => [inside(5)]],
  ['trunc', (x) => T.trunc(x!), () => [leaf(5)]],
  ['celu', (x) => T.celu(x!, { alpha: 0.5 }), () => [leaf(9)]],
  ['elu', (x) => T.elu(x!, { alpha: 2 }), () => [leaf(9)]],
  ['gelu by tanh', (x) => T.gelu(x!, { approximate: 'tanh' }), () => [leaf(9)]],
  ['glu', (x) => T.glu(x!, { axis: 1 }), () => [leaf(2, 4, 3)]],
  ['hardshrink', (x) => T.hardshrink(x!), () => [leaf(9)]],
  ['hardsigmoid', (x) => T.hardsigmoid(x!.mul(4)), () => [leaf(9)]],
  ['hardswish', (x) => T.hardswish(x!.mul(4)), () => [leaf(9)]],
  ['hardtanh', (x) => T.hardtanh(x!, { min: -0.5, max: 1 }), () => [leaf(9)]],
  ['leakyRelu', (x) => T.leakyRelu(x!, { negativeSlope: 0.2 }), () => [leaf(9)]],
  ['logsigmoid', (x) => T.logsigmoid(x!.mul(4)), () => [leaf(9)]],
  ['mish', (x) => T.mish(x!.mul(3)), () => [leaf(9)]],
  ['prelu', (x, w) => T.prelu(x!, w!), () => [leaf(2, 3, 4), leaf(3)]],
  ['prelu with one slope', (x, w) => T.prelu(x!, w!), () => [leaf(6), leaf(1)]],
  ['relu6', (x) => T.relu6(x!.mul(6)), () => [leaf(9)]],
  ['selu', (x) => T.selu(x!), () => [leaf(9)]],
  ['silu', (x) => T.silu(x!.mul(3)), () => [leaf(9)]],
  ['softmin', (x) => T.softmin(x!, { axis: 0 }), () => [leaf(3, 4)]],
  ['softplus', (x) => T.softplus(x!, { beta: 3, threshold: 2 }), () => [leaf(9)]],
  ['softshrink', (x) => T.softshrink(x!, { lambda: 0.25 }), () => [leaf(9)]],
  ['softsign', (x) => T.softsign(x!), () => [leaf(9)]],
  ['tanhshrink', (x) => T.tanhshrink(x!), () => [leaf(9)]],
  ['threshold', (x) => T.threshold(x!, 0.1, 20), () => [leaf(9)]],
]

describe('element-wise gradients against difference quotients', () => {
  test.each(cases)('%s', (_, fn, inputs) => {
    expect(gradcheck(fn, inputs(), { second: true })).toBe(true)
  })
})

describe('element-wise ops', () => {
  const list = (...values: number[]) => tensor(values, { backend })

  test('integers stay integers', () => {
    const x = tensor([7, -7, 6, 5], { dtype: 'int32', backend })
    const y = tensor([4, 4, -3, 0], { dtype: 'int32', backend })
    expect(T.floor(x)).toBe(x)
    expect(T.div(x, y, { roundingMode: 'floor' }).toArraySync()).toEqual([1, -2, -2, 0])
    expect(T.div(x, y, { roundingMode: 'trunc' }).toArraySync()).toEqual([1, -1, -2, 0])
    expect(T.remainder(x, y).toArraySync()).toEqual([3, 1, 0, 0])
    expect(T.fmod(x, y).toArraySync()).toEqual([3, -3, 0, 0])
    expect(T.fmod(x, y).dtype).toBe('int32')
    expect(T.clamp(x, { min: -1, max: 6 }).toArraySync()).toEqual([6, -1, 6, 5])
    expect(T.clamp(x, { min: -1, max: 6 }).dtype).toBe('int32')
  })

  test('logic takes any dtype and broadcasts', () => {
    const x = list(0, 2, NaN)
    expect(T.logicalAnd(x, 1).toArraySync()).toEqual([false, true, true])
    expect(T.logicalOr(x, tensor([[true], [false]], { backend })).toArraySync()).toEqual([
      [true, true, true],
      [false, true, true],
    ])
    const ints = tensor([1, 2], { dtype: 'int32', backend })
    const bools = tensor([true, false], { backend })
    for (const t of [ints, bools]) {
      expect(T.isfinite(t).toArraySync()).toEqual([true, true])
      expect(T.isinf(t).toArraySync()).toEqual([false, false])
      expect(T.isnan(t).toArraySync()).toEqual([false, false])
    }
  })

  test('a bound in float32 is the float32 number', () => {
    expect(T.hardshrink(list(0.1, -0.1), { lambda: 0.1 }).toArraySync()).toEqual([0, 0])
    expect(T.threshold(list(0.1), 0.1, 5).toArraySync()).toEqual([5])
  })

  test('all of the gradient goes to x at a bound given as a tensor', () => {
    const x = tensor([0, 1, 2, 3], { backend, requiresGrad: true })
    const low = tensor([1, 1, 1, 1], { backend, requiresGrad: true })
    const high = tensor([2, 2, 2, 2], { backend, requiresGrad: true })
    T.clamp(x, { min: low, max: high }).sum().backward()
    expect(x.grad?.toArraySync()).toEqual([0, 1, 1, 0])
    expect(low.grad?.toArraySync()).toEqual([1, 0, 0, 0])
    expect(high.grad?.toArraySync()).toEqual([0, 0, 0, 1])
  })

  test('what is wrong is said', () => {
    const x = list(1, 2, 3)
    expect(() => T.clamp(x, {})).toThrow('clamp: give min, max or both')
    expect(() => T.clamp(x, { min: Number.NaN })).toThrow(/min must be a number or a tensor/)
    expect(() => T.hardtanh(x, { min: 1, max: -1 })).toThrow(/min must not be above max, got 1 and -1/)
    expect(() => T.celu(x, { alpha: 0 })).toThrow(/alpha must not be 0/)
    expect(() => T.softplus(x, { beta: 0 })).toThrow(/beta must not be 0/)
    expect(() => T.softshrink(x, { lambda: -1 })).toThrow(/lambda must be a number ≥ 0/)
    expect(() => T.glu(x)).toThrow(/axis -1 of \[3\] has 3 values.*even/)
    expect(() => T.prelu(x.reshape([1, 3]), list(1, 2))).toThrow(/weight \[2\].*input \[1, 3\]: shape \[3\]/)
    expect(() => T.gelu(x, { approximate: 'exact' as 'none' })).toThrow(
      /approximate must be 'none' or 'tanh'/,
    )
    expect(() => T.div(x, 2, { roundingMode: 'up' as 'floor' })).toThrow(
      /roundingMode must be 'floor' or 'trunc'/,
    )
    expect(() => T.silu(tensor([1], { dtype: 'int32', backend }))).toThrow(/silu: the input \[1\] is int32/)
    expect(() => T.fmod(tensor([true], { backend }), tensor([true], { backend }))).toThrow(
      /fmod: not defined for bool/,
    )
  })
})
