import type { ReduceOp } from '../../../src/backends/kernels.js'
import type { TypedArray } from '../../../src/dtype.js'
import { floats, generator, integers, masks } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(5)

interface Close {
  readonly ulps?: number
  readonly absolute?: number
}

function reduction(
  what: string,
  op: ReduceOp,
  [outer, n, inner]: readonly [number, number, number],
  x: TypedArray,
  close: Close = {},
): KernelCase {
  const outputs = [new (x.constructor as Float32ArrayConstructor)(outer * inner)]
  return kernelCase({
    what: `${op}, ${what}`,
    kernel: 'reduce',
    inputs: [x],
    outputs,
    attrs: { op, outer, n, inner },
    ...close,
  })
}

function index(
  what: string,
  op: 'argmax' | 'argmin',
  [outer, n, inner]: readonly [number, number, number],
  x: TypedArray,
): KernelCase {
  const outputs = [new Int32Array(outer * inner)]
  return kernelCase({
    what: `${op}, ${what}`,
    kernel: 'argReduce',
    inputs: [x],
    outputs,
    attrs: { op, outer, n, inner },
  })
}

const some = (sizes: readonly number[]) =>
  floats(
    sizes.reduce((a, b) => a * b, 1),
    random,
  )
const factors = (n: number) => floats(n, random).map((v) => 1 + 0.05 * v)
/** Near 100, but for numbers at some places. */
function edges(n: number, at: Readonly<Record<number, number>>): Float32Array {
  const x = floats(n, random).map((v) => v + 100)
  for (const [i, v] of Object.entries(at)) x[Number(i)] = v
  return x
}
/** Whole numbers whose sums leave the exact range on the way, but not at the end. */
const waves = Int32Array.from(
  { length: 60 },
  (_, i) => [16_777_216, 16_777_215, -16_777_216, -16_777_215][i % 4]!,
)
const { NaN: nan, POSITIVE_INFINITY: inf } = Number

const sums: readonly KernelCase[] = [
  reduction('rows', 'sum', [5, 37, 1], some([5, 37]), { absolute: 1e-6 }),
  reduction('columns', 'sum', [1, 70, 9], some([70, 9]), { absolute: 1e-6 }),
  reduction('a middle axis', 'sum', [3, 21, 5], some([3, 21, 5]), { absolute: 1e-6 }),
  reduction('one number', 'sum', [1, 1, 1], Float32Array.of(-3)),
  reduction('an empty axis', 'sum', [2, 0, 3], new Float32Array(0)),
  reduction('few long rows', 'sum', [3, 5003, 1], some([3, 5003]), { absolute: 1e-5 }),
  reduction('few long columns', 'sum', [1, 4099, 3], some([4099, 3]), { absolute: 1e-5 }),
  reduction('few long lines in the middle', 'sum', [2, 1031, 3], some([2, 1031, 3]), { absolute: 1e-5 }),
  reduction('a million equal numbers', 'sum', [1, 1_000_000, 1], new Float32Array(1_000_000).fill(0.1)),
  reduction('in many parts', 'sum', [1, 2_100_003, 1], new Float32Array(2_100_003).fill(0.7)),
  reduction('many rows', 'sum', [9000, 3, 1], some([9000, 3]), { absolute: 1e-6 }),
  reduction('no number', 'sum', [3, 5, 1], edges(15, { 2: nan, 6: inf, 11: inf, 12: -inf })),
  reduction('rows', 'sumSquares', [4, 50, 1], some([4, 50]), { ulps: 8 }),
  reduction('long columns', 'sumSquares', [1, 1500, 2], some([1500, 2]), { ulps: 8 }),
  reduction('whole numbers', 'sum', [6, 40, 1], integers(240, random, 1000)),
  reduction('whole numbers in long columns', 'sum', [1, 3000, 2], integers(6000, random, 4000)),
  reduction('whole numbers that leave the range on the way', 'sum', [1, 60, 1], waves),
  reduction('negative whole numbers', 'sum', [1, 4, 2], Int32Array.of(-1, 5, -4095, -4096, -4097, 1, 0, -9)),
]

const others: readonly KernelCase[] = [
  reduction('rows', 'prod', [3, 40, 1], factors(120), { ulps: 20 }),
  reduction('long rows', 'prod', [2, 900, 1], factors(1800), { ulps: 100 }),
  reduction('an empty axis', 'prod', [1, 0, 2], new Float32Array(0)),
  reduction('no number', 'prod', [1, 4, 2], Float32Array.of(1, 2, nan, inf, 3, -1, 2, 2)),
  reduction('whole numbers', 'prod', [4, 6, 1], integers(24, random, 9)),
  reduction(
    'a late zero',
    'prod',
    [2, 9, 1],
    Int32Array.of(...Array(8).fill(-70_000), 0, ...Array(8).fill(-8), 1),
  ),
  reduction('rows', 'max', [5, 33, 1], some([5, 33])),
  reduction('a middle axis', 'min', [3, 20, 4], some([3, 20, 4])),
  reduction('long rows', 'max', [2, 3001, 1], some([2, 3001])),
  reduction('long columns', 'min', [1, 2001, 2], some([2001, 2])),
  reduction(
    'NaN and infinities',
    'max',
    [4, 6, 1],
    edges(24, { 4: nan, 6: inf, 12: -inf, 18: nan, 19: inf }),
  ),
  reduction(
    'NaN and infinities',
    'min',
    [4, 6, 1],
    edges(24, { 4: nan, 6: inf, 12: -inf, 18: nan, 19: -inf }),
  ),
  reduction('only infinities', 'max', [2, 3, 1], new Float32Array(6).fill(-inf)),
  reduction('only infinities', 'min', [2, 3, 1], new Float32Array(6).fill(inf)),
  reduction('NaN in a long row', 'max', [2, 1000, 1], edges(2000, { 777: nan })),
  reduction('an empty axis', 'max', [1, 0, 2], new Float32Array(0)),
  reduction('an empty axis', 'min', [1, 0, 2], new Float32Array(0)),
  reduction(
    'whole numbers',
    'max',
    [3, 11, 2],
    integers(66, random, 5000).map((v) => v - 6000),
  ),
  reduction('whole numbers', 'min', [3, 11, 1], integers(33, random, 5000)),
  reduction('masks', 'any', [9, 2, 1], masks(18, random)),
  reduction('masks', 'all', [1, 2, 9], masks(18, random)),
  reduction('a long axis', 'any', [2, 700, 1], new Uint8Array(1400).fill(1, 1399)),
  reduction('a long axis', 'all', [2, 700, 1], new Uint8Array(1400).fill(1, 1)),
  reduction('an empty axis', 'any', [1, 0, 2], new Uint8Array(0)),
  reduction('an empty axis', 'all', [1, 0, 2], new Uint8Array(0)),
]

const few = (n: number) => Float32Array.from(integers(n, random, 20))

const indices: readonly KernelCase[] = [
  index('rows', 'argmax', [5, 33, 1], some([5, 33])),
  index('columns', 'argmin', [1, 33, 4], some([33, 4])),
  index('equal numbers', 'argmax', [4, 60, 1], few(240)),
  index('equal numbers', 'argmin', [2, 60, 3], few(360)),
  index('one number', 'argmax', [2, 1, 2], some([4])),
  index('NaN', 'argmax', [3, 6, 1], edges(18, { 4: nan, 5: nan, 9: inf, 12: -inf })),
  index('NaN', 'argmin', [3, 6, 1], edges(18, { 4: nan, 5: nan, 9: inf, 12: -inf })),
  index('only infinities', 'argmax', [2, 5, 1], new Float32Array(10).fill(-inf)),
  index('only infinities', 'argmin', [2, 5, 1], new Float32Array(10).fill(inf)),
  index('long rows of equal numbers', 'argmax', [3, 2000, 1], few(6000)),
  index('long columns of equal numbers', 'argmin', [1, 3001, 2], few(6002)),
  index('a long axis in the middle', 'argmax', [2, 601, 3], some([2, 601, 3])),
  index(
    'NaN in long rows',
    'argmax',
    [2, 1500, 1],
    edges(3000, { 700: nan, 701: nan, 1499: inf, 1600: nan }),
  ),
  index('long rows of infinities', 'argmin', [1, 600, 1], new Float32Array(600).fill(inf)),
  index('whole numbers', 'argmax', [3, 40, 2], integers(240, random, 15)),
  index('long rows of whole numbers', 'argmin', [2, 999, 1], integers(1998, random, 900)),
]

export const reduce: readonly KernelCase[] = [...sums, ...others, ...indices]
