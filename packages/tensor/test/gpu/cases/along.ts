import type { TypedArray } from '../../../src/dtype.js'
import { floats, generator, integers, masks } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(6)
const { NaN: nan, POSITIVE_INFINITY: inf } = Number

type Lines = readonly [outer: number, n: number, inner: number]

function scan(
  what: string,
  op: 'sum' | 'prod',
  [outer, n, inner]: Lines,
  { reverse = false, x }: { reverse?: boolean; x?: TypedArray } = {},
): KernelCase {
  const values = x ?? floats(outer * n * inner, random).map((v) => (op === 'prod' ? 1 + 0.1 * v : v))
  return kernelCase({
    what,
    kernel: 'scan',
    inputs: [values],
    outputs: [values.slice()],
    attrs: { op, outer, n, inner, reverse },
    ulps: op === 'prod' ? 4 + n / 8 : 4,
    absolute: op === 'prod' ? 1e-37 : 2e-6 * Math.sqrt(n),
  })
}

function affine(
  what: string,
  [outer, n, inner]: Lines,
  reverse: boolean,
  inputs?: readonly [TypedArray, TypedArray],
): KernelCase {
  const size = outer * n * inner
  return kernelCase({
    what,
    kernel: 'affineScan',
    inputs: inputs ?? [floats(size, random, 1.1), floats(size, random)],
    outputs: [new Float32Array(size)],
    attrs: { outer, n, inner, reverse },
    absolute: 4e-6,
  })
}

function sort(what: string, rows: number, n: number, x: TypedArray, descending: boolean): KernelCase {
  const outputs = [x.slice(), new Int32Array(rows * n)]
  return kernelCase({ what, kernel: 'sort', inputs: [x], outputs, attrs: { rows, n, descending }, ulps: 0 })
}

/** Floats with many equal ones and all that is special. */
function mixed(n: number): Float32Array {
  const special = [nan, inf, -inf, 0, -0]
  return floats(n, random).map((v) =>
    random() < 0.2 ? special[Math.floor(random() * 5)]! : Math.round(v * 20),
  )
}

const sorts = (what: string, rows: number, n: number, x: () => TypedArray) =>
  [false, true].map((descending) =>
    sort(`${what}${descending ? ', descending' : ''}`, rows, n, x(), descending),
  )

type Kind = 'floats' | 'integers' | 'masks'

function values(kind: Kind, n: number): TypedArray {
  if (kind === 'floats') return floats(n, random, 3)
  return kind === 'masks' ? masks(n, random) : integers(n, random, 100).map((v) => v - 50)
}

function gather(what: string, [outer, n, inner]: Lines, count: number, kind: Kind = 'floats'): KernelCase {
  const size = outer * count * inner
  return kernelCase({
    what,
    kernel: 'gatherAlong',
    inputs: [values(kind, outer * n * inner), integers(size, random, n)],
    outputs: [values(kind, size)],
    attrs: { outer, n, inner, count },
    ulps: 0,
  })
}

function scatter(
  what: string,
  mode: 'set' | 'add' | 'multiply',
  [outer, n, inner]: Lines,
  count: number,
  kind: Kind = 'floats',
): KernelCase {
  const size = outer * count * inner
  return kernelCase({
    what: `${mode}, ${what}`,
    kernel: 'scatterAlong',
    inputs: [values(kind, size), integers(size, random, n)],
    outputs: [values(kind, outer * n * inner)],
    attrs: { outer, n, inner, count, mode },
    ulps: mode === 'multiply' ? 8 + count / n : 4,
    absolute: mode === 'add' ? 4e-6 * (1 + count / n) : 1e-37,
  })
}

const modes = ['set', 'add', 'multiply'] as const

export const along: readonly KernelCase[] = [
  scan('one value', 'sum', [1, 1, 1]),
  scan('short', 'sum', [3, 7, 5]),
  scan('short, from the end', 'sum', [3, 7, 5], { reverse: true }),
  scan('two launches', 'sum', [2, 131, 3]),
  scan('two launches, from the end', 'sum', [1, 300, 1], { reverse: true }),
  scan('three launches', 'sum', [1, 5003, 1]),
  scan('NaN and infinities', 'sum', [4, 3, 1], {
    x: Float32Array.of(1, nan, 2, inf, 1, 2, inf, -inf, 0, 0, -inf, 5),
  }),
  scan('whole numbers', 'sum', [2, 70, 3], { x: integers(420, random, 1000).map((v) => v - 500) }),
  scan('large whole numbers', 'sum', [2, 3, 1], {
    x: Int32Array.of(2 ** 24 - 1, 1, -(2 ** 24), -(2 ** 24), 2 ** 24, -5),
  }),
  scan('short', 'prod', [3, 7, 5]),
  scan('short, from the end', 'prod', [3, 7, 5], { reverse: true }),
  scan('long', 'prod', [2, 301, 2]),
  scan('long, from the end', 'prod', [2, 301, 2], { reverse: true }),
  scan('NaN, infinities and zeros', 'prod', [4, 3, 1], {
    x: Float32Array.of(1, nan, 0, inf, 1, -2, 0, 3, inf, 0, 1e30, 1e30),
  }),
  scan('whole numbers', 'prod', [3, 4, 1], {
    x: Int32Array.of(3, -5, 7, 11, 0, 70000, 70000, 1, 4096, -4096, 1, -1),
  }),
  scan('whole numbers, long', 'prod', [1, 300, 1], {
    x: Int32Array.from({ length: 300 }, (_, i) => (i === 150 ? 0 : i % 13 === 0 ? -2 : i > 150 ? 9 : 1)),
  }),

  affine('one value', [1, 1, 1], false),
  affine('short', [3, 7, 5], false),
  affine('short, reverse', [3, 7, 5], true),
  affine('long', [2, 301, 3], false),
  affine('long, reverse', [2, 301, 3], true),
  affine('thousands', [1, 5003, 1], false),
  affine('thousands, reverse', [1, 5003, 1], true),
  affine('the first factor is not read', [1, 3, 1], false, [
    Float32Array.of(nan, 2, 3),
    Float32Array.of(1, 1, 1),
  ]),
  affine('the first factor is not read, reverse', [1, 3, 1], true, [
    Float32Array.of(inf, 2, 3),
    Float32Array.of(1, 1, 1),
  ]),
  affine('NaN and infinities', [3, 3, 1], false, [
    Float32Array.of(0, inf, 1, 0, nan, 0, 0, 1, -1),
    Float32Array.of(1, 1, 1, 2, 2, 2, inf, 1, 1),
  ]),
  affine('growth from zero', [1, 400, 1], false, [
    new Float32Array(400).fill(2),
    new Float32Array(400).fill(1, 395),
  ]),

  ...sorts('one value', 1, 1, () => Float32Array.of(3)),
  ...sorts('NaN, infinities, equal values, −0', 3, 37, () => mixed(111)),
  ...sorts('only NaN', 1, 5, () => new Float32Array(5).fill(nan)),
  ...sorts('one block', 2, 256, () => mixed(512)),
  ...sorts('a block and a value', 2, 257, () => mixed(514)),
  ...sorts('many blocks', 1, 5003, () => mixed(5003)),
  ...sorts('distinct', 2, 700, () => floats(1400, random)),
  ...sorts('whole numbers', 3, 300, () => integers(900, random, 100).map((v) => v - 50)),
  ...sorts('large whole numbers', 2, 40, () => integers(80, random, 2 ** 25).map((v) => v - 2 ** 24)),

  gather('plain', [3, 5, 4], 7),
  gather('of one', [1, 1, 1], 3),
  gather('whole numbers', [2, 9, 1], 4, 'integers'),
  gather('masks', [2, 9, 3], 4, 'masks'),
  gather('more than 4096', [3, 40, 11], 173),

  ...modes.flatMap((mode) => [
    scatter('few', mode, [3, 5, 4], 7),
    scatter('none', mode, [2, 3, 2], 0),
    scatter('one', mode, [1, 1, 1], 1),
    scatter('looked through', mode, [2, 50, 3], 200),
    scatter('sorted', mode, [1, 3001, 1], 3600),
    scatter('sorted, in lines', mode, [2, 2000, 3], 2000),
  ]),
  scatter('whole numbers', 'set', [2, 9, 2], 5, 'integers'),
  scatter('masks', 'set', [2, 9, 2], 5, 'masks'),
]
