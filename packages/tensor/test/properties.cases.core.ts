import type { Tensor } from '@core/tensor'
import * as T from '@core/tensor'
import fc from 'fast-check'
import { type Call, creation, one, seed, spec } from './properties.cases.js'
import type { Numbers } from './properties.support.js'

// Activations, functions of one and two numbers, convolutions, pooling, norms.

/** An op on two tensors of one shape. */
const same = (
  op: (a: Tensor, b: Tensor) => Tensor,
  { a = 'any' as Numbers, b = 'any' as Numbers, rank = 0, least = 0 } = {},
) =>
  one((x) => x, { rank, least }).map(({ inputs: [first] }): Call => {
    const { shape, seed: s } = first!
    return { inputs: [spec(shape, a, s), spec(shape, b, s + 1)], run: (x, y) => op(x!, y!) }
  })

/** An op on images [batch, channels, …], of 1 to 3 dimensions of `least` or more, and tensors whose shapes follow. */
function images(
  dims: number,
  least: number,
  op: (x: Tensor, others: Tensor[], at: number) => Tensor | readonly Tensor[],
  others: (batch: number, channels: number, at: number) => number[][] = () => [],
  numbers: Numbers = 'any',
): fc.Arbitrary<Call> {
  const size = fc.integer({ min: least, max: least + 6 })
  return fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 2, 4, 9),
      fc.array(size, { minLength: dims, maxLength: dims }),
      seed,
      fc.nat(99),
    )
    .map(([batch, channels, sizes, s, at]) => ({
      inputs: [
        spec([batch, channels, ...sizes], numbers, s),
        ...others(batch, channels, at).map((shape, i) => spec(shape, 'any', s + i + 1)),
      ],
      run: (x, ...rest) => op(x!, rest, at),
    }))
}

const stride = (at: number) => 1 + (at % 2)
const padding = (at: number) => (at % 3 === 0 ? 1 : 0)
const weight = (dims: number) => (_: number, channels: number, at: number) => [
  [1 + (at % 9), channels, ...new Array<number>(dims).fill(3)],
  [1 + (at % 9)],
]
const transposed = (dims: number) => (_: number, channels: number, at: number) => [
  [channels, 1 + (at % 9), ...new Array<number>(dims).fill(3)],
  [1 + (at % 9)],
]
const convolution =
  (op: (x: Tensor, w: Tensor, options: { bias: Tensor; stride: number; padding: number }) => Tensor) =>
  (x: Tensor, [w, bias]: Tensor[], at: number) =>
    op(x, w!, { bias: bias!, stride: stride(at), padding: padding(at) })
const affine = (_: number, channels: number) => [[channels], [channels]]

/** Cases by the name of the op. */
export const core: Record<string, fc.Arbitrary<Call>> = {
  setDefaultDType: creation((backend, shape) => T.ones(shape, { backend })), // what it sets is read at creation
  hardsigmoid: one((x) => T.hardsigmoid(x.mul(2))),
  hardswish: one((x) => T.hardswish(x.mul(2))),
  hardtanh: one((x) => T.hardtanh(x.mul(2))),
  relu6: one((x) => T.relu6(x.mul(2))),
  celu: one((x) => T.celu(x.mul(2))),
  elu: one((x) => T.elu(x.mul(2))),
  leakyRelu: one((x) => T.leakyRelu(x.mul(2))),
  selu: one((x) => T.selu(x.mul(2))),
  hardshrink: one((x) => T.hardshrink(x.mul(2))),
  softshrink: one((x) => T.softshrink(x.mul(2))),
  logsigmoid: one((x) => T.logsigmoid(x.mul(2))),
  mish: one((x) => T.mish(x.mul(2))),
  silu: one((x) => T.silu(x.mul(2))),
  softsign: one((x) => T.softsign(x.mul(2))),
  tanhshrink: one((x) => T.tanhshrink(x.mul(2))),
  erf: one((x) => T.erf(x.mul(2))),
  expm1: one((x) => T.expm1(x.mul(2))),
  cosh: one((x) => T.cosh(x.mul(2))),
  sinh: one((x) => T.sinh(x.mul(2))),
  isfinite: one((x) => T.isfinite(x.mul(2))),
  isinf: one((x) => T.isinf(x.mul(2))),
  isnan: one((x) => T.isnan(x.mul(2))),
  ceil: one((x) => T.ceil(x.mul(2))),
  floor: one((x) => T.floor(x.mul(2))),
  round: one((x) => T.round(x.mul(2))),
  trunc: one((x) => T.trunc(x.mul(2))),
  atan: one((x) => T.atan(x.mul(2))),
  log1p: one((x) => T.log1p(x), { numbers: 'positive' }),
  log2: one((x) => T.log2(x), { numbers: 'positive' }),
  rsqrt: one((x) => T.rsqrt(x), { numbers: 'positive' }),
  acos: one((x) => T.acos(x.mul(0.45))),
  asin: one((x) => T.asin(x.mul(0.45))),
  tan: one((x) => T.tan(x.mul(0.6))),
  softmin: one((x) => T.softmin(x), { rank: 1, least: 1 }),
  threshold: one((x) => T.threshold(x, 0.3, -1)),
  clamp: one((x) => T.clamp(x, { min: -1, max: 0.7 })),
  glu: one((x) => T.glu(T.cat([x, x.mul(2)], -1)), { rank: 1 }),
  prelu: images(
    1,
    1,
    (x, [w]) => T.prelu(x, w!),
    (_, channels) => [[channels]],
  ),
  atan2: same(T.atan2, { a: 'apart', b: 'apart' }),
  fmod: same((a, b) => T.fmod(a, b).add(0), { b: 'positive' }),
  remainder: same((a, b) => T.remainder(a, b).add(0), { b: 'positive' }),
  logicalAnd: same(T.logicalAnd, { a: 'whole', b: 'whole' }),
  logicalOr: same(T.logicalOr, { a: 'whole', b: 'whole' }),
  cosineSimilarity: same(T.cosineSimilarity, { a: 'apart', b: 'apart', rank: 2, least: 1 }),
  pairwiseDistance: same(T.pairwiseDistance, { rank: 2, least: 1 }),
  normalize: one((x) => T.normalize(x), { numbers: 'apart', rank: 2, least: 1 }),
  scaledDotProductAttention: fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), seed, fc.boolean())
    .map(([n, d, s, isCausal]) => ({
      inputs: [0, 1, 2].map((i) => spec([2, n, d], 'any', s + i)),
      run: (q, k, v) => T.scaledDotProductAttention(q!, k!, v!, { isCausal }),
    })),
  bilinear: fc
    .tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      seed,
    )
    .map(([n, a, b, s]) => ({
      inputs: [spec([n, a], 'any', s), spec([n, b], 'any', s + 1), spec([3, a, b], 'any', s + 2)],
      run: (x, y, w) => T.bilinear(x!, y!, w!),
    })),
  conv1d: images(1, 3, convolution(T.conv1d), weight(1)),
  conv2d: images(2, 3, convolution(T.conv2d), weight(2)),
  conv3d: images(3, 3, convolution(T.conv3d), weight(3)),
  convTranspose1d: images(1, 3, convolution(T.convTranspose1d), transposed(1)),
  convTranspose2d: images(2, 3, convolution(T.convTranspose2d), transposed(2)),
  im2col: images(2, 3, (x, _, at) => T.im2col(x, 2, { stride: stride(at), padding: padding(at) })),
  maxPool1d: images(1, 3, (x, _, at) => T.maxPool1d(x, 2, { stride: stride(at) })),
  maxPool2d: images(2, 3, (x, _, at) => T.maxPool2d(x, 3, { stride: stride(at), padding: padding(at) })),
  avgPool1d: images(1, 3, (x, _, at) => T.avgPool1d(x, 2, { stride: stride(at) })),
  avgPool2d: images(2, 3, (x, _, at) => T.avgPool2d(x, 3, { stride: stride(at), padding: padding(at) })),
  adaptiveAvgPool1d: images(1, 2, (x, _, at) => T.adaptiveAvgPool1d(x, 1 + (at % 4))),
  adaptiveAvgPool2d: images(2, 2, (x, _, at) => T.adaptiveAvgPool2d(x, 1 + (at % 4))),
  adaptiveMaxPool1d: images(1, 2, (x, _, at) => T.adaptiveMaxPool1d(x, 1 + (at % 4))),
  adaptiveMaxPool2d: images(2, 2, (x, _, at) => T.adaptiveMaxPool2d(x, 1 + (at % 4))),
  interpolate: images(2, 2, (x, _, at) =>
    T.interpolate(x, { scaleFactor: 2, mode: at % 2 === 0 ? 'nearest' : 'bilinear' }),
  ),
  pad: images(2, 2, (x, _, at) =>
    T.pad(x, [1, 1, 0, 1], { mode: (['constant', 'reflect', 'replicate', 'circular'] as const)[at % 4]! }),
  ),
  pixelShuffle: images(2, 1, (x) => T.pixelShuffle(T.cat([x, x, x, x], 1), 2)),
  pixelUnshuffle: images(2, 1, (x) => T.pixelUnshuffle(T.cat([T.cat([x, x], 2), T.cat([x, x], 2)], 3), 2)),
  batchNorm: images(
    2,
    2,
    (x, [w, b]) => T.batchNorm(T.cat([x, x.mul(2)]), { weight: w!, bias: b!, training: true }),
    affine,
    'apart',
  ),
  instanceNorm: images(2, 2, (x) => T.instanceNorm(x), undefined, 'apart'),
  groupNorm: images(2, 2, (x) => T.groupNorm(x, 1), undefined, 'apart'),
  layerNorm: images(1, 2, (x) => T.layerNorm(x, [x.shape[2]!]), undefined, 'apart'),
  rmsNorm: images(1, 2, (x) => T.rmsNorm(x, [x.shape[2]!]), undefined, 'apart'),
}
