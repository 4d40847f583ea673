import type { Backend } from '../backends/backend.js'
import { isFloat, type TypedArray } from '../dtype.js'
import { isTensor } from '../make.js'
import { show } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { compareRuns, Snapshot, valuesOf } from './check.js'
import { difference } from './compare.js'
import { Recorder, type Refusal, refuse } from './recorder.js'
import type { Recording } from './recording.js'
import { Replayer } from './replay.js'

/** A recording, and what replays it once a second one has confirmed it. */
interface Entry {
  readonly key: string
  readonly backend: Backend
  recording: Recording
  /** How often in a row a recording differed from the one before. */
  differences: number
  /** How many recordings made state: a first step does, for the optimizer. */
  making: number
  replayer: Replayer | null
}

/** The values of an argument; null where they can only be waited for, so that nothing can be learned from them. */
type Peek = (index: number) => TypedArray | null

/** Recordings kept for one step; the longest unused is dropped. */
const MOST = 16
/** Differences in a row after which a step is given up; recordings that make state are not counted, but there are not many. */
const DIFFERENCES = 2
const MAKING = 5

/** All recordings of one step, by what they depend on. */
export class Recordings {
  /** The one used last stands first. */
  private readonly entries: Entry[] = []

  /**
   * @param step - what is recorded
   * @param checks - replays to compare with the step itself
   */
  constructor(
    private readonly step: (...args: Tensor[]) => unknown,
    private checks: number,
  ) {}

  /** Runs the step: replays it where a recording fits, else records it. */
  run(backend: Backend, args: readonly Tensor[], refusal: Refusal): unknown {
    const key = keyOf(args)
    const entry = this.find(key, backend, (i) => backend.peek(args[i]!.storage))
    if (!entry?.replayer) return this.record(entry, key, backend, args, refusal)
    if (this.checks > 0) return this.check(entry.recording, entry.replayer, backend, args)
    return entry.replayer.run(args)
  }

  private find(key: string, backend: Backend, peek: Peek): Entry | undefined {
    const at = this.entries.findIndex(
      (e) => e.key === key && e.backend === backend && holds(e.recording, peek),
    )
    const entry = this.entries[at]
    if (entry && at > 0) {
      this.entries.splice(at, 1)
      this.entries.unshift(entry)
    }
    return entry
  }

  private record(
    known: Entry | undefined,
    key: string,
    backend: Backend,
    args: readonly Tensor[],
    refusal: Refusal,
  ): unknown {
    const { result, recording } = this.watch(backend, args, refusal)
    if (!recording) return result
    if (known) this.confirm(known, recording, backend, refusal)
    else {
      this.entries.unshift({ key, backend, recording, differences: 0, making: 0, replayer: null })
      for (const old of this.entries.splice(MOST)) old.replayer?.free()
    }
    return detached(result)
  }

  /** Two recordings alike make a program; a first step is often unlike the others, since it makes state. */
  private confirm(entry: Entry, recording: Recording, backend: Backend, refusal: Refusal): void {
    const changed = difference(entry.recording, recording)
    const before = entry.recording
    entry.recording = recording
    if (changed === null && recording.settled) {
      entry.replayer = new Replayer(backend, recording)
      return
    }
    if (before.settled && recording.settled) entry.differences++
    else entry.making++
    if (entry.differences >= DIFFERENCES || entry.making >= MAKING)
      refusal(
        `the step is not the same each time: ${changed ?? 'it makes new state every time'}; ` +
          'pass what changes as an argument',
      )
  }

  /** Runs the step as it is, and writes down what it does; no recording where that was refused. */
  private watch(backend: Backend, args: readonly Tensor[], refusal: Refusal) {
    let refused = false
    const recorder = new Recorder(backend, args, (reason) => {
      refused = true
      refusal(reason)
    })
    state.recording = recorder
    let result: unknown
    try {
      result = this.step(...args)
    } finally {
      state.recording = null
    }
    const recording = recorder.finish(result)
    return { result, recording: refused ? null : recording, live: recorder.liveValues }
  }

  /** Runs the step itself, then puts everything back and replays it. */
  private check(
    recording: Recording,
    replayer: Replayer,
    backend: Backend,
    args: readonly Tensor[],
  ): unknown {
    this.checks--
    const before = new Snapshot(backend, recording)
    const { result, recording: again, live } = this.watch(backend, args, refuse)
    const changed = difference(recording, again!)
    if (changed !== null) refuse(`the step is not the same each time: ${changed}`)
    const results = valuesOf(backend, result)
    const states = before.now()
    before.restore()
    const replayed = replayer.run(args, live)
    compareRuns('result', results, valuesOf(backend, replayed))
    compareRuns('state', states, before.now())
    return replayed
  }
}

function keyOf(args: readonly Tensor[]): string {
  const kinds = args.map((t) => {
    // Of indices and lengths that cannot be looked at nothing is learned, which makes another recording.
    const unseen = !isFloat(t.dtype) && t.backend.peek(t.storage) === null
    return `${t.dtype}${show(t.shape)}${t.requiresGrad ? ' g' : ''}${unseen ? ' unseen' : ''}`
  })
  return `${state.gradients} ${kinds.join(' ')}`
}

function holds({ guards, argumentGuards }: Recording, peek: Peek): boolean {
  for (const { read, value } of guards) if (!Object.is(read(), value)) return false
  for (const g of argumentGuards) {
    const values = g.arguments.map(peek)
    if (!values.every((v) => v !== null) || !Object.is(g.read(...values), g.value)) return false
  }
  return true
}

/** The same tensors without their graph, as a replay gives them. */
function detached(value: unknown): unknown {
  if (isTensor(value)) return value.isLeaf ? value : value.detach()
  if (Array.isArray(value)) return value.map(detached)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, detached(v)]))
}
