import type { ChannelNormAttrs, RowNormAttrs } from '../../../src/backends/kernels/norms.js'
import type { TypedArray } from '../../../src/dtype.js'
import { expected, floats, generator } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(7)

/** The mean in one number: how it is split is the kernel's own affair. */
function readable([y, stats]: readonly TypedArray[]): readonly TypedArray[] {
  if (!stats) return [y!]
  const units = stats.length / 4
  const out = Float64Array.from(stats.subarray(units))
  for (let i = 0; i < units; i++) out[i] = stats[i]! + stats[units + i]!
  return [y!, stats instanceof Float32Array ? Float32Array.from(out) : out]
}

interface Form {
  readonly weight?: boolean
  readonly bias?: boolean
  /** What the numbers lie around. */
  readonly around?: number
  readonly absolute?: number
}

/** A norm over rows and its gradient. */
function rows(
  what: string,
  { rows, n, groups = 1, inner = 1, centred = true }: Partial<RowNormAttrs> & { rows: number; n: number },
  { weight = false, bias = false, around = 3, absolute = 1e-5 }: Form = {},
): KernelCase[] {
  const attrs: RowNormAttrs = { rows, n, groups, inner, centred, eps: 0.01, weight, bias }
  const x = floats(rows * n, random, 2).map((v) => v + around)
  const affine = [weight, bias].flatMap((is) => (is ? [floats((groups * n) / inner, random)] : []))
  const outputs = [new Float32Array(rows * n), new Float32Array(4 * rows)]
  const inputs = [x, ...affine]
  const stats = Float32Array.from(expected('rowNorm', inputs, outputs, attrs)[1]!)
  const sized = (size: number) => new Float32Array(size)
  const back = {
    inputs: [floats(rows * n, random), x, stats, ...affine.slice(0, 1)],
    outputs: [sized(rows * n), ...(weight ? [sized(affine[0]!.length), sized(affine[0]!.length)] : [])],
  }
  return [
    kernelCase({ what, kernel: 'rowNorm', inputs, outputs, attrs, absolute, readable }),
    kernelCase({ what, kernel: 'rowNormGrad', ...back, attrs, absolute: 2e-5 }),
  ]
}

/** A norm over channels and its gradient. */
function channels(
  what: string,
  [outer, channels, inner]: readonly [number, number, number],
  form: Form & { fixed?: boolean } = {},
): KernelCase[] {
  const { fixed = false, weight = false, bias = false, around = 3, absolute = 1e-5 } = form
  const attrs: ChannelNormAttrs = { outer, channels, inner, eps: 0.01, fixed, weight, bias }
  const size = outer * channels * inner
  const x = floats(size, random, 2).map((v) => v + around)
  const affine = [weight, bias].flatMap((is) => (is ? [floats(channels, random)] : []))
  const given = floats(4 * channels, random).map((v, i) => (i < 2 * channels ? v : Math.abs(v)))
  const outputs = [new Float32Array(size), ...(fixed ? [] : [new Float32Array(4 * channels)])]
  const inputs = fixed ? [x, given, ...affine] : [x, ...affine]
  const stats = fixed ? given : Float32Array.from(expected('channelNorm', inputs, outputs, attrs)[1]!)
  const back = {
    inputs: [floats(size, random), x, stats, ...affine.slice(0, 1)],
    outputs: [size, ...(weight ? [channels, channels] : [])].map((length) => new Float32Array(length)),
  }
  return [
    kernelCase({ what, kernel: 'channelNorm', inputs, outputs, attrs, absolute, readable }),
    kernelCase({ what, kernel: 'channelNormGrad', ...back, attrs, absolute: 2e-5 }),
  ]
}

const both = { weight: true, bias: true }

export const norms: readonly KernelCase[] = [
  ...rows('layer norm', { rows: 9, n: 37 }, both),
  ...rows('plain', { rows: 4, n: 8 }),
  ...rows('rows of one', { rows: 3, n: 1 }, both),
  ...rows('root mean square', { rows: 5, n: 33, centred: false }, { weight: true }),
  ...rows('root mean square, plain', { rows: 5, n: 16, centred: false }),
  ...rows('group norm', { rows: 6, n: 3 * 7, groups: 2, inner: 7 }, both),
  ...rows('a last round of groups cut off', { rows: 7, n: 2 * 5, groups: 3, inner: 5 }, both),
  ...rows('the same without neighbours', { rows: 5, n: 4, groups: 2 }, both),
  ...rows('instance norm', { rows: 6, n: 20, groups: 3, inner: 20 }, both),
  ...rows('long rows', { rows: 3, n: 1700 }, { ...both, absolute: 2e-5 }),
  ...rows('long rows, root mean square', { rows: 2, n: 1024, centred: false }, { weight: true }),
  ...rows('long rows in groups', { rows: 4, n: 2 * 600, groups: 2, inner: 600 }, both),
  ...rows('long rows, weights of neighbours', { rows: 2, n: 60 * 11, inner: 11 }, both),
  ...rows('many rows', { rows: 1100, n: 6 }, both),
  ...rows('a large mean', { rows: 3, n: 50 }, { around: 1e5 }),
  ...rows('a large mean in long rows', { rows: 2, n: 900 }, { around: 1e5 }),
  ...rows('no rows', { rows: 0, n: 5 }, both),
  ...channels('dense', [40, 6, 1], both),
  ...channels('plain', [3, 4, 5]),
  ...channels('images', [5, 3, 49], both),
  ...channels('weight alone', [5, 3, 4], { weight: true }),
  ...channels('one sample', [1, 3, 64], both),
  ...channels('many samples', [1500, 5, 1], both),
  ...channels('many small images', [333, 3, 5], both),
  ...channels('large images', [3, 2, 700], both),
  ...channels('one large image', [1, 2, 2500], both),
  ...channels('a large mean', [60, 2, 13], { around: 1e5 }),
  ...channels('given statistics', [5, 3, 7], { ...both, fixed: true }),
  ...channels('given statistics, plain', [5, 3, 7], { fixed: true }),
  ...channels('no samples', [0, 3, 7], both),
]
