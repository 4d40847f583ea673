import type { Call, Recording } from '../../program/recording.js'
import { IN_OUT } from '../kernels.js'
import { lowerings, wordInputs } from './kernels/index.js'
import type { Lowering, Numbers } from './lowering.js'
import type { Source } from './source.js'

/** A buffer of a script. A value that changes in place has one before the change and another one after it. */
class Slot implements Numbers {
  constructor(
    readonly slot: number,
    readonly length: number,
  ) {}
}

/** One launch over numbered buffers. */
export interface ScriptedLaunch {
  readonly source: Source
  readonly size: number
  readonly args: readonly (Slot | number)[]
  /** The number of the buffer that it makes. */
  readonly out: number
  /** Buffers that nobody needs after it. */
  readonly last: readonly number[]
}

/** A value that is there before the first launch, and the number of its buffer. */
export interface ScriptInput {
  readonly value: number
  /** Whether it is brought as 16-bit halves of its words. */
  readonly words: boolean
  readonly slot: number
}

/** A recorded step as launches. */
export interface Script {
  readonly launches: readonly ScriptedLaunch[]
  readonly inputs: readonly ScriptInput[]
  /** How many buffers are numbered. */
  readonly slots: number
  /** The last buffer of each wanted value. */
  readonly finals: ReadonlyMap<number, number>
  /** Wanted values whose last buffer was launched, and belongs to nobody else. */
  readonly owned: ReadonlySet<number>
}

/**
 * Writes the launches of a step: those on which a wanted value depends.
 *
 * @param recording - the step
 * @param calls - its calls, dead ones left out
 * @param wanted - values that are needed after it
 * @param written - those of them that are written into state
 */
export function writeScript(
  recording: Recording,
  calls: readonly Call[],
  wanted: ReadonlySet<number>,
  written: ReadonlySet<number>,
): Script {
  const { values } = recording
  const all: Slot[] = []
  const slotOf = (length: number) => {
    const slot = new Slot(all.length, length)
    all.push(slot)
    return slot
  }
  const current = new Map<number, Slot>()
  const inputs = new Map<string, ScriptInput>()
  const input = (value: number, words: boolean): Slot => {
    const key = `${value}${words ? ' words' : ''}`
    const known = inputs.get(key)
    if (known) return all[known.slot]!
    const { length } = values[value]!
    const slot = slotOf(words ? 2 * length : length)
    inputs.set(key, { value, words, slot: slot.slot })
    return slot
  }
  const now = (value: number): Slot => {
    if (!current.has(value)) current.set(value, input(value, false))
    return current.get(value)!
  }
  const launches: Omit<ScriptedLaunch, 'last'>[] = []
  const launch = (source: Source, size: number, args: readonly (Numbers | number)[]) => {
    const slot = slotOf(size)
    launches.push({ source, size, args: args as (Slot | number)[], out: slot.slot })
    return slot
  }
  for (const call of calls) {
    if (call.outputs.every((v) => values[v]!.length === 0)) continue
    const { name } = call.kernel
    const words: readonly number[] = wordInputs[name] ?? []
    const lowering = lowerings[name] as Lowering<typeof name>
    const made = lowering(
      {
        inputs: call.inputs.map((v, i) => (words.includes(i) ? input(v, true) : now(v))),
        inputDTypes: call.inputs.map((v) => values[v]!.dtype),
        before: IN_OUT.has(name) ? call.outputs.map(now) : [],
        outputLengths: call.outputs.map((v) => values[v]!.length),
        outputDTypes: call.outputs.map((v) => values[v]!.dtype),
        attrs: call.attrs as never,
      },
      launch,
    )
    call.outputs.forEach((v, i) => {
      if (made[i]) current.set(v, made[i] as Slot)
    })
  }
  const finals = new Map([...wanted].map((v) => [v, now(v).slot]))
  return {
    ...order(launches, new Set(finals.values())),
    inputs: [...inputs.values()],
    slots: all.length,
    finals,
    owned: ownedBy(recording, finals, launches, written),
  }
}

/** Drops launches that nobody needs, and says after which launch a buffer can go. */
function order(
  launches: readonly Omit<ScriptedLaunch, 'last'>[],
  kept: ReadonlySet<number>,
): { launches: ScriptedLaunch[] } {
  const needed = new Set(kept)
  const made = new Set(launches.map(({ out }) => out))
  const out: ScriptedLaunch[] = []
  for (const launch of [...launches].reverse()) {
    if (!needed.has(launch.out)) continue
    const read = new Set(launch.args.flatMap((a) => (typeof a === 'number' ? [] : [a.slot])))
    const last = [...read].filter((slot) => made.has(slot) && !needed.has(slot))
    for (const slot of read) needed.add(slot)
    out.push({ ...launch, last })
  }
  return { launches: out.reverse() }
}

/** Wanted values whose buffer can be given away: made by a launch, and no other value's, nor written into state. */
function ownedBy(
  { values }: Recording,
  finals: ReadonlyMap<number, number>,
  launches: readonly { readonly out: number }[],
  written: ReadonlySet<number>,
): Set<number> {
  const made = new Set(launches.map(({ out }) => out))
  return new Set(
    [...finals]
      .filter(([v, slot]) => made.has(slot) && values[v]!.source.kind === 'temporary' && !written.has(v))
      .map(([v]) => v),
  )
}
