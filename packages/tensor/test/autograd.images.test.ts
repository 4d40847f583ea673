import * as T from '@core/tensor'
import { gradcheck, randn, reference, type Tensor, tensor } from '@core/tensor'
import { describe, expect, test } from 'vitest'

const backend = reference()
let seed = 100
const leaf = (...shape: number[]) =>
  randn(shape, { dtype: 'float64', backend, generator: new T.Generator(++seed), requiresGrad: true })
/** Different values in random order, far apart. */
const distinct = (...shape: number[]) => {
  const n = shape.reduce((a, b) => a * b, 1)
  const values = Float64Array.from({ length: n }, (_, i) => (((i + 1) * 7919) % 1009) / 100 - 5)
  return tensor(values, { shape, dtype: 'float64', backend, requiresGrad: true })
}

// Ops on images: a name, a function, and inputs away from kinks.
const cases: [string, (...xs: Tensor[]) => Tensor | Tensor[], () => Tensor[]][] = [
  ['conv1d', (x, w, bias) => T.conv1d(x!, w!, { bias }), () => [leaf(2, 2, 5), leaf(3, 2, 3), leaf(3)]],
  [
    'conv1d, everything',
    (x, w, bias) => T.conv1d(x!, w!, { bias, stride: 2, padding: 3, dilation: 2, groups: 2 }),
    () => [leaf(2, 4, 5), leaf(4, 2, 2), leaf(4)],
  ],
  ['conv1d, same', (x, w) => T.conv1d(x!, w!, { padding: 'same' }), () => [leaf(2, 5), leaf(3, 2, 4)]],
  ['conv2d', (x, w, bias) => T.conv2d(x!, w!, { bias }), () => [leaf(1, 2, 3, 4), leaf(2, 2, 2, 2), leaf(2)]],
  [
    'conv2d, everything',
    (x, w, bias) => T.conv2d(x!, w!, { bias, stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }),
    () => [leaf(2, 2, 4, 3), leaf(2, 1, 3, 2), leaf(2)],
  ],
  [
    'conv2d, depthwise',
    (x, w) => T.conv2d(x!, w!, { groups: 3, padding: 1 }),
    () => [leaf(3, 3, 3), leaf(3, 1, 2, 2)],
  ],
  [
    'conv3d',
    (x, w, bias) => T.conv3d(x!, w!, { bias, padding: [1, 0, 1] }),
    () => [leaf(1, 2, 2, 2), leaf(2, 1, 2, 1, 2), leaf(2)],
  ],
  [
    'convTranspose1d',
    (x, w, bias) => T.convTranspose1d(x!, w!, { bias, stride: 3, padding: 1, outputPadding: 2, dilation: 2 }),
    () => [leaf(2, 2, 3), leaf(2, 3, 2), leaf(3)],
  ],
  [
    'convTranspose2d',
    (x, w, bias) => T.convTranspose2d(x!, w!, { bias, stride: [2, 1], padding: [0, 1], groups: 2 }),
    () => [leaf(2, 2, 3), leaf(2, 2, 2, 3), leaf(4)],
  ],
  [
    'im2col',
    (x) => T.im2col(x!, [2, 3], { padding: 1, stride: [2, 1], dilation: [1, 2] }),
    () => [leaf(1, 2, 3, 4)],
  ],
  ['maxPool1d', (x) => T.maxPool1d(x!, 3, { stride: 1, padding: 1 }), () => [distinct(2, 5)]],
  [
    'maxPool2d',
    (x) => T.maxPool2d(x!, [2, 3], { stride: 2, padding: 1, dilation: 2, ceilMode: true }),
    () => [distinct(2, 6, 7)],
  ],
  ['adaptiveMaxPool1d', (x) => T.adaptiveMaxPool1d(x!, 3), () => [distinct(2, 7)]],
  ['adaptiveMaxPool2d', (x) => T.adaptiveMaxPool2d(x!, [2, null]), () => [distinct(2, 3, 2)]],
  ['avgPool1d', (x) => T.avgPool1d(x!, 3, { stride: 2, padding: 1, ceilMode: true }), () => [leaf(2, 6)]],
  [
    'avgPool2d',
    (x) => T.avgPool2d(x!, 2, { padding: [1, 0], countIncludePad: false }),
    () => [leaf(2, 3, 4)],
  ],
  [
    'avgPool2d, divisor',
    (x) => T.avgPool2d(x!, 2, { stride: 1, divisorOverride: 3 }),
    () => [leaf(1, 2, 3, 3)],
  ],
  ['adaptiveAvgPool1d', (x) => T.adaptiveAvgPool1d(x!, 3), () => [leaf(2, 5)]],
  ['adaptiveAvgPool2d', (x) => T.adaptiveAvgPool2d(x!, [2, 3]), () => [leaf(1, 2, 3, 4)]],
  ['pad', (x) => T.pad(x!, [1, 2, -1, 3]), () => [leaf(2, 3, 4)]],
  ['pad, cut only', (x) => T.pad(x!, [-1, 0]), () => [leaf(2, 3)]],
  ['pad, reflect', (x) => T.pad(x!, [2, 1, 1, -1], { mode: 'reflect' }), () => [leaf(2, 4, 3)]],
  ['pad, replicate', (x) => T.pad(x!, [2, 1, 0, 3], { mode: 'replicate' }), () => [leaf(2, 3)]],
  ['pad, circular', (x) => T.pad(x!, [3, 1, 1, 0], { mode: 'circular' }), () => [leaf(2, 2, 3)]],
  ['interpolate, nearest', (x) => T.interpolate(x!, { size: [4, 3] }), () => [leaf(1, 2, 3, 2)]],
  [
    'interpolate, linear',
    (x) => T.interpolate(x!, { scaleFactor: 1.7, mode: 'linear' }),
    () => [leaf(1, 2, 4)],
  ],
  [
    'interpolate, bilinear',
    (x) => T.interpolate(x!, { size: [3, 5], mode: 'bilinear', alignCorners: true }),
    () => [leaf(1, 1, 4, 3)],
  ],
  ['pixelShuffle', (x) => T.pixelShuffle(x!, 2), () => [leaf(2, 4, 1, 2)]],
  ['pixelUnshuffle', (x) => T.pixelUnshuffle(x!, 2), () => [leaf(1, 2, 4)]],
]

describe('gradients against difference quotients', () => {
  test.each(cases)('%s', (_, fn, inputs) => {
    expect(gradcheck(fn, inputs(), { second: true })).toBe(true)
  })
})

test('what is not allowed is said, with both shapes', () => {
  const x = T.zeros([2, 3, 8, 8])
  const w = T.zeros([4, 3, 3, 3])
  expect(() => T.conv2d(T.zeros([8, 8]), w)).toThrow(
    /conv2d: the input must be \[batch, channels, rows, columns\].*\[8, 8\]/,
  )
  expect(() => T.conv2d(T.zeros([2, 4, 8, 8]), w)).toThrow(
    /\[2, 4, 8, 8\] has 4 channels, the weight \[4, 3, 3, 3\] needs 3/,
  )
  expect(() => T.conv2d(x, w, { bias: T.zeros([3]) })).toThrow(/bias \[3\] must be \[4\]/)
  expect(() => T.conv2d(x, T.zeros([4, 1, 3, 3]), { groups: 3 })).toThrow(/cannot be cut into 3 groups/)
  expect(() => T.conv2d(x, w, { stride: 2, padding: 'same' })).toThrow(/stride 1/)
  expect(() => T.conv2d(x, w, { stride: [1, 2, 3] })).toThrow(
    /stride must be a whole number ≥ 1, or 2 of them/,
  )
  expect(() => T.conv2d(x, w, { dilation: 4 })).toThrow(/9 wide.*larger than dimension -2.*8; pad more/)
  expect(() => T.conv2d(x, w, { pading: 1 } as object)).toThrow(/no option 'pading'/)
  expect(() => T.convTranspose2d(x, T.zeros([3, 4, 3, 3]), { outputPadding: 1 })).toThrow(
    /less than the stride/,
  )
  expect(() => T.maxPool2d(x, 9)).toThrow(/9 wide.*\[2, 3, 8, 8\] 8; take a smaller window/)
  expect(() => T.maxPool2d(x, 2, { padding: 2 })).toThrow(/more than half/)
  expect(() => T.avgPool2d(x, 2, { divisorOverride: 0 })).toThrow(/other than 0/)
  expect(() => T.adaptiveAvgPool2d(x, [1, 2, 3])).toThrow(/outputSize/)
  expect(() => T.pad(x, [1])).toThrow(/pairs/)
  expect(() => T.pad(T.zeros([3]), [3, 0], { mode: 'reflect' })).toThrow(
    /has 3 values, too few for 3 more.*; 2 are possible/,
  )
  expect(() => T.pad(T.zeros([3]), [-4, 0])).toThrow(/cut off/)
  expect(() => T.pad(T.zeros([3]), [1, 1], { mode: 'mirror' as 'reflect' })).toThrow(/constant, reflect/)
  expect(() => T.interpolate(x, { size: 3, scaleFactor: 2 })).toThrow(/either size or scaleFactor/)
  expect(() => T.interpolate(x, { size: 3, mode: 'linear' })).toThrow(/1 further/)
  expect(() => T.pixelShuffle(x, 2)).toThrow(/3 channels.*multiple of 4/)
  expect(() => T.pixelUnshuffle(x, 3)).toThrow(/multiples of downscaleFactor 3/)
})

test('nearest of images leaves doubled sizes to themselves, as PyTorch does; of series it does not', () => {
  const options = { scaleFactor: 2.19 } // 5 values become 10
  const [series, images] = [T.arange(5).reshape([1, 1, 5]), T.arange(5).reshape([1, 1, 5, 1])]
  expect(T.interpolate(series, options).dataSync()).toEqual(Float32Array.of(0, 0, 0, 1, 1, 2, 2, 3, 3, 4))
  const rows = T.interpolate(images, { scaleFactor: [2.19, 1] }).dataSync()
  expect(rows).toEqual(Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4))
})

test('sizes of nothing', () => {
  const w = T.randn([4, 3, 3, 3])
  expect(T.conv2d(T.zeros([0, 3, 8, 8]), w).shape).toEqual([0, 4, 6, 6])
  expect(T.maxPool2d(T.zeros([0, 3, 8, 8]), 2).shape).toEqual([0, 3, 4, 4])
  expect(T.pad(T.zeros([0, 3]), [1, 1], { mode: 'reflect' }).shape).toEqual([0, 5])
  const x = T.zeros([0, 3, 8, 8], { requiresGrad: true })
  const v = T.randn([4, 3, 3, 3], { requiresGrad: true })
  T.conv2d(x, v).sum().backward()
  expect(x.grad?.shape).toEqual([0, 3, 8, 8])
  expect(v.grad?.abs().sum().itemSync()).toBe(0)
})
