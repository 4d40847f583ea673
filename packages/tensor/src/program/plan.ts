import { BYTES } from '../dtype.js'
import { inPlace } from './recorder.js'
import type { Call, Recording } from './recording.js'

/** Where the values of a recording lie within one workspace that all replays share, and which calls are worth running. */
export interface Plan {
  readonly calls: readonly Call[]
  /** Byte offset of every value that lies in the workspace, by number; −1 for the others. */
  readonly offsets: Int32Array
  /** Bytes of the workspace. */
  readonly bytes: number
}

/** Buffers begin at cache lines. */
const ALIGN = 64

/**
 * Plans the buffers of a recording: dead calls are dropped, and values whose lives do not overlap share memory.
 *
 * @param recording - the step
 * @param inWorkspace - whether a value lies in the workspace (it is not resident state, nor a constant)
 * @param always - values that must be there before the first call and after the last
 */
export function plan(
  recording: Recording,
  inWorkspace: (value: number) => boolean,
  always: ReadonlySet<number>,
): Plan {
  const calls = alive(recording, always)
  const { values } = recording
  const first = new Int32Array(values.length).fill(-1)
  const last = new Int32Array(values.length).fill(-1)
  const touch = (value: number, at: number) => {
    if (first[value] === -1) first[value] = at
    last[value] = at
  }
  calls.forEach((call, i) => {
    for (const v of call.inputs) touch(v, i)
    for (const v of call.outputs) touch(v, i)
  })
  values.forEach((value, v) => {
    if (always.has(v)) last[v] = calls.length
    // what is written before the first call must not lie where the calls before its first use work
    if (value.source.kind !== 'temporary' && last[v] !== -1) first[v] = 0
  })
  const bytes = values.map(({ dtype, length }) => length * BYTES[dtype])
  return { calls, ...place(bytes, first, last, inWorkspace) }
}

/** The calls on which a result, a gradient or some state depends. */
export function alive({ values, calls }: Recording, always: ReadonlySet<number>): Call[] {
  const needed = new Set(always)
  const kept: Call[] = []
  for (let i = calls.length - 1; i >= 0; i--) {
    const call = calls[i]!
    const useful = call.outputs.some((v) => needed.has(v) || values[v]!.source.kind === 'state')
    if (!useful) continue
    kept.push(call)
    for (const v of call.inputs) needed.add(v)
    if (inPlace(call.kernel.name)) for (const v of call.outputs) needed.add(v)
  }
  return kept.reverse()
}

/** Greedy: the largest first, each at the lowest place that is free while it lives. */
function place(
  bytes: readonly number[],
  first: Int32Array,
  last: Int32Array,
  inWorkspace: (value: number) => boolean,
): { offsets: Int32Array; bytes: number } {
  const size = (v: number) => Math.max(ALIGN, Math.ceil(bytes[v]! / ALIGN) * ALIGN)
  const offsets = new Int32Array(bytes.length).fill(-1)
  const order = bytes.map((_, v) => v).filter((v) => last[v]! >= 0 && inWorkspace(v))
  order.sort((a, b) => size(b) - size(a) || a - b)
  const placed: number[] = []
  let end = 0
  for (const v of order) {
    const beside = placed.filter((w) => first[w]! <= last[v]! && first[v]! <= last[w]!)
    beside.sort((a, b) => offsets[a]! - offsets[b]!)
    let at = 0
    for (const w of beside) {
      if (offsets[w]! - at >= size(v)) break
      at = Math.max(at, offsets[w]! + size(w))
    }
    offsets[v] = at
    placed.push(v)
    end = Math.max(end, at + size(v))
  }
  return { offsets, bytes: end }
}
