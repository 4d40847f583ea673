import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConvAttrs, Triple } from '../src/backends/kernels/convolution.js'
import { Bench, builds, expectClose, expected, floats, generator } from './kernels.support.js'

const product = (t: readonly number[]) => t.reduce((a, b) => a * b, 1)

/** Convolutions of every form, mostly small; windows that fit. */
const convolutions = fc
  .record({
    batch: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constant(0)),
    groups: fc.constantFrom(1, 1, 2, 3),
    ins: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.constantFrom(0, 31)),
    outs: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 }), fc.constantFrom(17, 33)),
    output: fc.tuple(
      fc.constantFrom(1, 1, 2, 3, 9),
      fc.constantFrom(1, 1, 2),
      fc.integer({ min: 1, max: 23 }),
    ),
    kernel: fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 4 }),
    ),
    stride: fc.tuple(fc.constantFrom(1, 1, 2, 3), fc.constantFrom(1, 2), fc.constantFrom(1, 1, 2, 3)),
    dilation: fc.tuple(fc.constantFrom(1, 1, 2), fc.constantFrom(1, 2), fc.constantFrom(1, 1, 2, 3)),
    padding: fc.oneof(
      fc.constant([0, 0, 0] as Triple),
      fc.tuple(
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 1 }),
        fc.integer({ min: 0, max: 5 }),
      ),
    ),
    more: fc.tuple(fc.nat(2), fc.nat(1), fc.nat(2)),
    bias: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ ins, outs, more, seed, ...rest }) => {
    const input = rest.output.map((n, d) => {
      const reach = (n - 1) * rest.stride[d]! + (rest.kernel[d]! - 1) * rest.dilation[d]! + 1
      return Math.max(1, reach - 2 * rest.padding[d]! + more[d]!)
    }) as unknown as Triple
    const attrs: ConvAttrs = {
      ...rest,
      input,
      inChannels: ins * rest.groups,
      outChannels: outs * rest.groups,
    }
    return { attrs, seed }
  })

const sizes = (a: ConvAttrs) => ({
  x: a.batch * a.inChannels * product(a.input),
  w: (a.outChannels * a.inChannels * product(a.kernel)) / a.groups,
  y: a.batch * a.outChannels * product(a.output),
})

/** The three kernels with their inputs. */
function calls(attrs: ConvAttrs, seed: number) {
  const random = generator(seed)
  const n = sizes(attrs)
  const [x, w, y] = [floats(n.x, random), floats(n.w, random), floats(n.y, random)]
  const shift = (channels: number) => (attrs.bias ? [floats(channels, random)] : [])
  const terms = {
    conv: n.w / Math.max(attrs.outChannels, 1),
    convInputGrad: n.w / Math.max(attrs.inChannels, 1),
    convWeightGrad: attrs.batch * product(attrs.output),
  }
  return [
    { kernel: 'conv', inputs: [x, w, ...shift(attrs.outChannels)], length: n.y, terms: terms.conv },
    {
      kernel: 'convInputGrad',
      inputs: [y, w, ...shift(attrs.inChannels)],
      length: n.x,
      terms: terms.convInputGrad,
    },
    { kernel: 'convWeightGrad', inputs: [y, x], length: n.w, terms: terms.convWeightGrad },
  ] as const
}

function check(bench: Bench, attrs: ConvAttrs, seed: number): void {
  for (const { kernel, inputs, length, terms } of calls(attrs, seed)) {
    const out = new Float32Array(length).fill(NaN)
    expectClose(bench.run(kernel, inputs, [out], attrs), expected(kernel, inputs, [out], attrs), {
      ulps: 4,
      absolute: 2e-6 * Math.sqrt(terms + 1),
      what: `${kernel} ${JSON.stringify(attrs)}`,
    })
  }
}

describe.each(builds)('convolution, %s', async (build) => {
  const bench = await Bench.start(build)

  test('any sizes, strides, dilations, paddings and groups', () => {
    fc.assert(
      fc.property(convolutions, ({ attrs, seed }) => check(bench, attrs, seed)),
      { numRuns: 250 },
    )
  })

  test.each<[string, Partial<ConvAttrs>]>([
    [
      'more rows than one block of k',
      { inChannels: 70, outChannels: 20, input: [6, 1, 7], output: [6, 1, 7] },
    ],
    [
      'more channels than one block of k',
      { inChannels: 3, outChannels: 300, input: [3, 1, 4], output: [3, 1, 4] },
    ],
    [
      'more output rows than one block',
      { inChannels: 2, outChannels: 500, input: [3, 1, 40], output: [3, 1, 40] },
    ],
    ['bands of large images', { inChannels: 40, batch: 2, input: [70, 1, 67], output: [70, 1, 67] }],
    [
      'bands of large images without padding',
      { inChannels: 2, input: [90, 1, 99], output: [88, 1, 97], padding: [0, 0, 0] },
    ],
    ['bands with strides', { inChannels: 40, input: [71, 1, 67], output: [36, 1, 34], stride: [2, 1, 2] }],
    ['many small images', { batch: 70, inChannels: 4, input: [3, 1, 3], output: [3, 1, 3] }],
    ['depthwise', { batch: 3, groups: 24, inChannels: 24, outChannels: 24 }],
    [
      'depthwise bands',
      { groups: 2, inChannels: 2, outChannels: 2, input: [300, 1, 301], output: [300, 1, 301] },
    ],
    ['padding larger than the image', { input: [1, 1, 2], output: [9, 1, 10], padding: [5, 0, 5] }],
  ])('%s', (_, part) => {
    const attrs: ConvAttrs = {
      batch: 1,
      groups: 1,
      inChannels: 1,
      outChannels: 5,
      input: [14, 1, 14],
      output: [14, 1, 14],
      kernel: [3, 1, 3],
      stride: [1, 1, 1],
      dilation: [1, 1, 1],
      padding: [1, 0, 1],
      bias: true,
      ...part,
    }
    check(bench, attrs, 3)
  })
})

test.runIf(builds.includes('wide'))('relaxed and wide convolve to the same bits', async () => {
  const relaxed = await Bench.start('relaxed')
  const wide = await Bench.start('wide')
  fc.assert(
    fc.property(convolutions, ({ attrs, seed }) => {
      for (const { kernel, inputs, length } of calls(attrs, seed)) {
        const [a] = relaxed.run(kernel, inputs, [new Float32Array(length)], attrs)
        const [b] = wide.run(kernel, inputs, [new Float32Array(length)], attrs)
        expect(Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)), kernel).toBe(0)
      }
    }),
    { numRuns: 150 },
  )
})
