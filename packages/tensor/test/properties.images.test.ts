import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  conv1d,
  conv2d,
  conv3d,
  convTranspose2d,
  flip,
  Generator,
  im2col,
  interpolate,
  matmul,
  maxPool2d,
  narrow,
  ones,
  pad,
  pixelShuffle,
  pixelUnshuffle,
  randn,
  reshape,
  type Tensor,
} from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const draw = (seed: number) => {
  const generator = new Generator(seed)
  return (...shape: number[]) => randn(shape, { generator })
}

function close(a: Tensor, b: Tensor, bound = 1e-4): void {
  expect(a.shape).toEqual(b.shape)
  const want = b.dataSync()
  a.dataSync().forEach((v, i) => {
    expect(Math.abs(v - want[i]!)).toBeLessThanOrEqual(bound * (1 + Math.abs(want[i]!)))
  })
}
const same = (a: Tensor, b: Tensor) => {
  expect(a.shape).toEqual(b.shape)
  expect(a.dataSync()).toEqual(b.dataSync())
}

const size = fc.integer({ min: 1, max: 9 })
const small = fc.integer({ min: 1, max: 3 })
/** Channels in and out, rows and columns, a window that fits, a seed. */
const images = fc
  .record({
    c: small,
    o: small,
    h: size,
    w: size,
    kh: small,
    kw: small,
    p: fc.nat(2),
    s: small,
    seed: fc.nat(9999),
  })
  .filter(({ h, w, kh, kw, p }) => kh <= h + 2 * p && kw <= w + 2 * p)
type Image = typeof images extends fc.Arbitrary<infer T> ? T : never

const holds = (check: (image: Image, random: ReturnType<typeof draw>) => void) => {
  fc.assert(
    fc.property(images, (image) => check(image, draw(image.seed))),
    { numRuns: 60 },
  )
}

describe('convolution', () => {
  test('is linear in the image', () =>
    holds(({ c, o, h, w, kh, kw, p, s }, random) => {
      const [a, b, k] = [random(2, c, h, w), random(2, c, h, w), random(o, c, kh, kw)]
      const f = (x: Tensor) => conv2d(x, k, { padding: p, stride: s })
      close(f(a.mul(2).sub(b)), f(a).mul(2).sub(f(b)))
    }))

  test('is the product of the weight and all windows', () =>
    holds(({ c, o, h, w, kh, kw, p, s }, random) => {
      const [x, k] = [random(2, c, h, w), random(o, c, kh, kw)]
      const y = conv2d(x, k, { padding: p, stride: s })
      const product = matmul(reshape(k, [o, -1]), im2col(x, [kh, kw], { padding: p, stride: s }))
      close(y, reshape(product, y.shape))
    }))

  test('and its transpose are adjoint: ⟨y, conv x⟩ = ⟨convTranspose y, x⟩', () =>
    holds(({ c, o, h, w, kh, kw, p, s }, random) => {
      const [x, k] = [random(1, c, h, w), random(o, c, kh, kw)]
      const y = conv2d(x, k, { padding: p, stride: s })
      const g = random(...y.shape)
      const reach = (n: number, m: number, q: number) => n - ((m - 1) * s - 2 * p + q)
      const outputPadding = [reach(h, y.shape[2]!, kh), reach(w, y.shape[3]!, kw)]
      fc.pre(outputPadding.every((r) => r < s))
      const back = convTranspose2d(g, k, { padding: p, stride: s, outputPadding })
      const [left, right] = [y.mul(g).sum().itemSync(), back.mul(x).sum().itemSync()]
      expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-3 * (1 + Math.abs(left)))
    }))

  test('in groups is the convolution of each group', () =>
    holds(({ c, o, h, w, kh, kw, p }, random) => {
      const [x, k] = [random(1, 2 * c, h, w), random(2 * o, c, kh, kw)]
      const y = conv2d(x, k, { padding: p, groups: 2 })
      for (const g of [0, 1])
        close(
          narrow(y, 1, g * o, o),
          conv2d(narrow(x, 1, g * c, c), narrow(k, 0, g * o, o), { padding: p }),
          1e-5,
        )
    }))

  test('of one image alone gives the bits that it gives among others', () =>
    holds(({ c, o, h, w, kh, kw, p }, random) => {
      const [x, k] = [random(5, c, h, w), random(o, c, kh, kw)]
      const all = conv2d(x, k, { padding: p })
      for (let b = 0; b < 5; b++) same(narrow(all, 0, b, 1), conv2d(narrow(x, 0, b, 1), k, { padding: p }))
    }))

  test('of the mirror image with the mirrored window is the mirror image', () =>
    holds(({ c, o, h, w, kh, kw, p }, random) => {
      const [x, k] = [random(1, c, h, w), random(o, c, kh, kw)]
      close(
        conv2d(flip(x, [2, 3]), flip(k, [2, 3]), { padding: p }),
        flip(conv2d(x, k, { padding: p }), [2, 3]),
      )
    }))

  test('pads as pad does', () =>
    holds(({ c, o, h, w, kh, kw, p }, random) => {
      const [x, k] = [random(1, c, h, w), random(o, c, kh, kw)]
      same(conv2d(x, k, { padding: p }), conv2d(pad(x, [p, p, p, p]), k))
    }))

  test('of one dimension and of three are those of two with a dimension of 1', () =>
    holds(({ c, o, w, kw, p }, random) => {
      fc.pre(kw <= w + 2 * p)
      const [x, k] = [random(2, c, w), random(o, c, kw)]
      const y = conv1d(x, k, { padding: p })
      same(
        y,
        reshape(conv2d(reshape(x, [2, c, 1, w]), reshape(k, [o, c, 1, kw]), { padding: [0, p] }), y.shape),
      )
      const volume = conv3d(reshape(x, [2, c, 1, 1, w]), reshape(k, [o, c, 1, 1, kw]), { padding: [0, 0, p] })
      same(y, reshape(volume, y.shape))
    }))
})

describe('pooling', () => {
  test('averages as a convolution with equal weights does', () =>
    holds(({ c, h, w, kh, kw, s }, random) => {
      fc.pre(kh <= h && kw <= w)
      const x = random(1, c, h, w)
      const k = ones([c, 1, kh, kw]).div(kh * kw)
      close(avgPool2d(x, [kh, kw], { stride: s }), conv2d(x, k, { groups: c, stride: s }), 1e-5)
    }))

  test('largest values stand where the indices say, and are not below the average', () =>
    holds(({ c, h, w, kh, kw, s }, random) => {
      fc.pre(kh <= h && kw <= w)
      const x = random(1, c, h, w)
      const { output, indices } = maxPool2d(x, [kh, kw], { stride: s, returnIndices: true })
      const [values, at, all] = [output.dataSync(), indices.dataSync(), x.dataSync()]
      const each = values.length / c
      values.forEach((v, i) => {
        expect(v).toBe(all[Math.floor(i / each) * h * w + at[i]!])
      })
      expect(
        output
          .sub(avgPool2d(x, [kh, kw], { stride: s }))
          .min()
          .itemSync(),
      ).toBeGreaterThanOrEqual(-1e-6)
    }))

  test('into windows that divide evenly is pooling with that window', () =>
    holds(({ c, h, w, kh, kw }, random) => {
      const x = random(2, c, h * kh, w * kw)
      close(adaptiveAvgPool2d(x, [h, w]), avgPool2d(x, [kh, kw]), 1e-6)
      same(adaptiveMaxPool2d(x, [h, w]), maxPool2d(x, [kh, kw]))
    }))
})

describe('padding and resizing', () => {
  test('what was added can be cut off again, in every mode', () =>
    holds(({ c, h, w, p }, random) => {
      const x = random(c, h, w)
      for (const mode of ['constant', 'reflect', 'replicate', 'circular'] as const) {
        if ((mode === 'reflect' && p >= Math.min(h, w)) || (mode === 'circular' && p > Math.min(h, w)))
          continue
        same(pad(pad(x, [p, p, p, p], { mode }), [-p, -p, -p, -p]), x)
      }
    }))

  test('a circular image convolves to a circular image', () =>
    holds(({ c, h, w, kh, kw }, random) => {
      fc.pre(kh <= h && kw <= w)
      const [x, k] = [random(1, c, h, w), random(1, c, kh, kw)]
      const around = (y: Tensor) => conv2d(pad(y, [0, kw - 1, 0, kh - 1], { mode: 'circular' }), k)
      const shift = (y: Tensor) => narrow(pad(y, [1, 0], { mode: 'circular' }), 3, 0, w)
      close(around(shift(x)), shift(around(x)), 1e-5)
    }))

  test('to the same size nothing changes, and lines stay lines', () =>
    holds(({ c, h, w, s }, random) => {
      const x = random(1, c, h, w)
      same(interpolate(x, { size: [h, w] }), x)
      close(interpolate(x, { size: [h, w], mode: 'bilinear' }), x, 1e-6)
      close(interpolate(x, { size: [h, w], mode: 'bilinear', alignCorners: true }), x, 1e-6)
      const flat = ones([1, 1, h, w]).mul(3)
      close(
        interpolate(flat, { scaleFactor: s + 0.5, mode: 'bilinear' })
          .sub(3)
          .abs()
          .max(),
        flat.sub(3).max(),
      )
    }))

  test('pixelShuffle and pixelUnshuffle are inverse', () =>
    holds(({ c, h, w, s }, random) => {
      const x = random(2, c * s * s, h, w)
      same(pixelUnshuffle(pixelShuffle(x, s), s), x)
    }))
})
