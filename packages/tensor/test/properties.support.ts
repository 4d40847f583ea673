import { type Backend, type Tensor, tensor, wasm } from '@core/tensor'
import fc from 'fast-check'
import { builds, generator } from './kernels.support.js' // also switches relaxed SIMD on where it is behind a flag

/** Each build of the kernels as a backend of its own, with so little room that tensors are moved out to make some. */
export const started: readonly (readonly [build: string, backend: Backend])[] = await Promise.all(
  builds.map(async (build) => [build, await wasm({ build, room: 2 ** 20 }).start()] as const),
)

/** How often, and with which numbers: the same every time, unless FC_SEED and FC_RUNS say otherwise. */
export function settings(runs: number): { seed: number; numRuns: number } {
  return { seed: Number(process.env.FC_SEED ?? 1), numRuns: Number(process.env.FC_RUNS ?? runs) }
}

// No multiples of the vector width only; 0 and 1 among them.
const SIZES = [0, 1, 1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 33]
/** Values in 1 KB: results up to this size stay typed arrays, larger ones live in the backend's memory. */
const AT_HOME = 256
const MOST = 3000

/** Shapes of rank `min` to 5, small ones and ones beyond 1 KB, with `lowest` as the least size. */
export function shapes(min = 0, lowest = 0): fc.Arbitrary<number[]> {
  const size = fc.constantFrom(...SIZES.filter((n) => n >= lowest))
  const fit = (shape: number[]) => {
    while (sizeOf(shape) > MOST) shape[shape.indexOf(Math.max(...shape))] = 3
    return shape
  }
  const any = fc.array(size, { minLength: min, maxLength: 5 }).map(fit)
  const large = fc
    .tuple(
      fc.integer({ min: Math.max(min, 1), max: 4 }),
      fc.integer({ min: AT_HOME + 1, max: MOST }),
      fc.nat(),
    )
    .map(([rank, total, at]) => {
      const shape = Array.from({ length: rank }, (_, i) => 1 + ((at >> i) % 3))
      const k = at % rank
      shape[k] = Math.ceil(total / (sizeOf(shape) / shape[k]))
      return fit(shape)
    })
  return fc.oneof(any, large)
}

/** Two shapes that broadcast. */
export const pairs: fc.Arbitrary<[number[], number[]]> = fc
  .tuple(shapes(), fc.nat(), fc.nat(), fc.nat(5), fc.boolean())
  .map(([shape, ones, others, dropped, swap]) => {
    const a = shape.map((n, i) => ((ones >> (2 * i)) % 4 === 0 ? 1 : n))
    const b = shape
      .map((n, i) => ((others >> (2 * i)) % 4 === 0 ? 1 : n))
      .slice(Math.min(dropped, shape.length))
    return swap ? [b, a] : [a, b]
  })

/** An axis of a shape, from either end. */
export function axisOf(shape: readonly number[], at: number): number {
  const axis = at % shape.length
  return at % 2 === 0 ? axis : axis - shape.length
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

/** Which numbers a tensor gets: any in ±2; above 0.2; ±0.2 and beyond; whole ones, as floats, so that many are equal; indices; masks. */
export type Numbers = 'any' | 'positive' | 'apart' | 'whole' | 'bool' | { readonly below: number }

/** A tensor to be made on each backend alike. */
export interface Spec {
  readonly shape: readonly number[]
  readonly numbers: Numbers
  readonly seed: number
}

/** Makes it. */
export function make({ shape, numbers, seed }: Spec, backend: Backend): Tensor {
  const random = generator(seed * 2654435761 + 17)
  const between = () => random() * 4 - 2
  const draw = (): number => {
    if (typeof numbers === 'object') return Math.floor(random() * numbers.below)
    if (numbers === 'bool') return random() < 0.5 ? 1 : 0
    if (numbers === 'whole') return Math.round(between() * 2)
    const v = between()
    if (numbers === 'positive') return Math.abs(v) + 0.2
    return numbers === 'apart' ? v + Math.sign(v) * 0.2 : v
  }
  const values = Float32Array.from({ length: sizeOf(shape) }, draw)
  const dtype = typeof numbers === 'object' ? 'int32' : numbers === 'bool' ? 'bool' : 'float32'
  return tensor(values, { shape, dtype, backend, requiresGrad: dtype === 'float32' })
}

/** Throws unless the values are equal (integers, masks), or within `absolute` + `relative` · |expected|. */
export function expectClose(
  actual: Tensor,
  expected: Tensor,
  what: string,
  { absolute = 1e-5, relative = 1e-4 } = {},
): void {
  if (String(actual.shape) !== String(expected.shape) || actual.dtype !== expected.dtype)
    throw new Error(
      `${what}: ${actual.dtype} [${actual.shape}], expected ${expected.dtype} [${expected.shape}]`,
    )
  const [a, b] = [actual.dataSync(), expected.dataSync()]
  const exact = actual.dtype !== 'float32' && actual.dtype !== 'float64'
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue
    if (exact || !(Math.abs(a[i] - b[i]) <= absolute + relative * Math.abs(b[i])))
      throw new Error(`${what}, value ${i} of [${actual.shape}]: ${a[i]}, expected ${b[i]}`)
  }
}

/** Throws unless the values are the same, bit for bit. */
export function expectSame(actual: Tensor, expected: Tensor, what: string): void {
  expectClose(actual, expected, what, { absolute: 0, relative: 0 })
}
