import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { OptionError, ShapeError } from '../errors.js'
import { checkNumber, checkOptions, describe } from '../options.js'
import { checkShape, collapse, show, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { resampleAxis } from './resample.js'
import { checkFloat, checkTensor, execute, filled } from './run.js'
import { gather } from './strided.js'

/** With what {@link pad} fills. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular'

/** Options of {@link pad}. */
export interface PadOptions {
  /** `constant`, `reflect` (mirrored at the outermost value), `replicate` (the outermost value) or `circular` (from the other end). Default `constant`. */
  mode?: PadMode
  /** The constant. Default 0. */
  value?: number
}

const MODES: readonly string[] = ['constant', 'reflect', 'replicate', 'circular'] satisfies PadMode[]

/** What is added (or, where negative, cut off) in front of and behind each dimension. */
interface Edges {
  readonly before: readonly number[]
  readonly after: readonly number[]
}

function constantPad(x: Tensor, { before, after }: Edges, value: number): Tensor {
  const shape = x.shape.map((n, i) => n + before[i]! + after[i]!)
  const from = stridesOf(x.shape)
  const kept = x.shape.map((n, i) => n + Math.min(before[i]!, 0) + Math.min(after[i]!, 0))
  const skipped = before.reduce((sum, p, i) => sum + Math.max(-p, 0) * from[i]!, 0)
  const cut = kept.some((n, i) => n !== x.shape[i])
  const inside = cut ? gather(x, kept, from, skipped) : x
  let y = inside
  if (shape.some((n, i) => n !== kept[i]) || !cut) {
    y = filled(value, shape, x.dtype, x.backend)
    const to = stridesOf(shape)
    const walked = collapse(kept, [to])
    const offset = before.reduce((sum, p, i) => sum + Math.max(p, 0) * to[i]!, 0)
    execute(kernels.scatterStrided, [inside], [y], {
      shape: walked.shape,
      strides: walked.strides[0]!,
      offset,
    })
  }
  if (!wantsGrad(x)) return y
  const back = { before: before.map((p) => -p), after: after.map((p) => -p) }
  return track('pad', y, [], [x, (g) => constantPad(g, back, 0)])
}

/** Which values of an axis of n stand in the padded one. What is circular wraps around what is left of it. */
function positions(n: number, before: number, after: number, mode: PadMode): number[] {
  const start = Math.max(-before, 0)
  const kept = n + Math.min(before, 0) + Math.min(after, 0)
  return Array.from({ length: n + before + after }, (_, i) => {
    const j = i - before
    if (mode === 'circular') return start + ((((j - start) % kept) + kept) % kept)
    if (mode === 'replicate') return Math.min(Math.max(j, 0), n - 1)
    return j < 0 ? -j : j >= n ? 2 * (n - 1) - j : j
  })
}

/**
 * Padding: more values in front of and behind the last dimensions; negative numbers cut values off.
 *
 * @param x - any tensor; for modes other than `constant` a float one
 * @param padding - [front, behind] of the last dimension, then of the one before it, and so on
 * @param options - `mode`, `value`
 * @returns a tensor with each dimension longer by what was added
 * @throws ShapeError where there are more pairs than dimensions, or fewer values than are to be repeated; OptionError
 * @example
 * ```ts
 * import { pad, tensor } from '@core/tensor'
 * pad(tensor([1, 2, 3]), [1, 2]).toArraySync() // => [0, 1, 2, 3, 0, 0]
 * pad(tensor([1, 2, 3]), [2, -1], { mode: 'reflect' }).toArraySync() // => [3, 2, 1, 2]
 * ```
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  const { mode = 'constant', value = 0 } = checkOptions('pad', options, ['mode', 'value'])
  checkTensor('pad', x)
  if (!Array.isArray(padding) || padding.length % 2 !== 0 || padding.some((p) => !Number.isInteger(p)))
    throw new OptionError(
      `pad: the padding must be whole numbers in pairs like [front, behind], got ${Array.isArray(padding) ? `[${padding.join(', ')}]` : describe(padding)}`,
    )
  if (!MODES.includes(mode))
    throw new OptionError(`pad: mode must be one of ${MODES.join(', ')}, got ${describe(mode)}`)
  if (padding.length > 2 * x.rank)
    throw new ShapeError(
      `pad: ${padding.length / 2} pairs for ${x.rank} dimensions of ${show(x.shape)}; give one for each at most`,
    )
  const of = (offset: number) =>
    x.shape.map((_, i) => (padding as readonly number[])[2 * (x.rank - 1 - i) + offset] ?? 0)
  const edges = { before: of(0), after: of(1) }
  const shape = x.shape.map((n, i) => n + edges.before[i]! + edges.after[i]!)
  if (
    shape.some(
      (n, i) => n < 0 || x.shape[i]! + Math.min(edges.before[i]!, 0) + Math.min(edges.after[i]!, 0) < 0,
    )
  )
    throw new ShapeError(
      `pad: of ${show(x.shape)} more would be cut off than there is with [${padding.join(', ')}]`,
    )
  checkShape('pad', shape)
  if (mode === 'constant') {
    checkNumber('pad', 'value', value)
    return padding.every((p) => p === 0) ? x : constantPad(x, edges, value)
  }
  checkFloat('pad', x)
  let y = x
  for (let axis = x.rank - 1; axis >= 0; axis--) {
    const [front, behind] = [edges.before[axis]!, edges.after[axis]!]
    if (front === 0 && behind === 0) continue
    const n = x.shape[axis]!
    const kept = mode === 'circular' ? n + Math.min(front, 0) + Math.min(behind, 0) : n
    const most = mode === 'reflect' ? n - 1 : mode === 'circular' ? kept : n > 0 ? Infinity : 0
    if (Math.max(front, behind) > most)
      throw new ShapeError(
        `pad: dimension ${axis - x.rank} of ${show(x.shape)} has ${kept} values, too few for ${Math.max(front, behind)} more with mode '${mode}'` +
          `${most === Infinity ? '' : `; ${Math.max(most, 0)} are possible`}`,
      )
    y = resampleAxis(y, axis, { taps: 1, index: positions(n, front, behind, mode) })
  }
  return y
}
