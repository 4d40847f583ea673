import type { TypedArray } from '../../dtype.js'
import { alive } from '../../program/plan.js'
import type { Program, Replay } from '../../program/program.js'
import type { Source as Origin, Recording, Value } from '../../program/recording.js'
import type { Storage } from '../../storage.js'
import type { GpuBackend } from './backend.js'
import type { DeviceBuffer } from './buffer.js'
import { halves, toDevice } from './convert.js'
import type { Residency } from './residency.js'
import { type Script, type ScriptInput, writeScript } from './script.js'

/**
 * A recorded step as one list of launches over numbered buffers: kernels are known, arguments are bound by number, and each buffer goes when
 * its last launch is done. Parameters and optimizer state never leave the device: a step reads their buffers and puts new ones in their place.
 */
export class GpuProgram implements Program {
  private readonly script: Script
  /** Values that are written into state, gradients of leaves included, and where they go. */
  private readonly written: readonly (readonly [value: number, home: () => Storage])[]
  /** Bytes of its results. */
  private readonly bytes: number

  /**
   * @param backend - where it runs
   * @param residency - what the backend has on the device
   * @param recording - the step
   * @param wanted - values that are written into state of their own (the gradients of leaves), and those that are handed out after each replay
   * @param constants - takes up the buffers that it keeps, by their numbers; freed by itself where the program is dropped
   * @param forget - told when it has freed them itself
   */
  constructor(
    private readonly backend: GpuBackend,
    private readonly residency: Residency,
    private readonly recording: Recording,
    private readonly wanted: {
      readonly targets: ReadonlyMap<number, () => Storage>
      readonly results: ReadonlySet<number>
    },
    private readonly constants: Map<number, DeviceBuffer>,
    private readonly forget: () => void,
  ) {
    const { values, calls } = recording
    const written = new Map(wanted.targets)
    for (const v of new Set(calls.flatMap((c) => c.outputs))) {
      const { source } = values[v]!
      if (source.kind === 'state') written.set(v, () => source.storage)
      if (source.kind === 'gradient') written.set(v, () => source.leaf.gradient!.storage)
    }
    this.written = [...written]
    const needed = new Set([...wanted.results, ...written.keys()])
    this.script = writeScript(recording, alive(recording, needed), needed, new Set(written.keys()))
    this.bytes = [...wanted.results].reduce((sum, v) => sum + 4 * values[v]!.length, 0)
    for (const { value, words, slot } of this.script.inputs) {
      const numbers = fixed(values[value]!, words)
      if (numbers && numbers.length > 0) constants.set(slot, backend.device.upload(numbers))
    }
  }

  replay(args: readonly Storage[], live: ReadonlyMap<number, TypedArray>): Replay {
    const { residency, script, recording, backend } = this
    const { device } = backend
    residency.begin()
    residency.makeRoom(this.bytes) // from here on only arguments can be refused, before anything is changed
    // What is made here and not given away is freed, also where something throws.
    const own: Own = { buffers: new Set(), few: new Map() }
    try {
      const buffers: (DeviceBuffer | null)[] = new Array(script.slots).fill(null)
      for (const input of script.inputs) buffers[input.slot] = this.bufferOf(input, args, live, own)
      for (const { source, size, args: slots, out, last } of script.launches) {
        const made = device.launch(
          source,
          size,
          slots.map((a) => (typeof a === 'number' ? a : buffers[a.slot]!)),
        )
        own.buffers.add(made)
        buffers[out] = made
        for (const slot of last) {
          own.buffers.delete(buffers[slot]!)
          device.free(buffers[slot]!)
        }
      }
      const final = (v: number) => buffers[script.finals.get(v)!]!
      const results = new Map<number, Storage>()
      for (const v of this.wanted.results) {
        const { source } = recording.values[v]!
        if (source.kind === 'argument') results.set(v, args[source.index]!)
        else
          results.set(
            v,
            this.handOut(v, script.owned.has(v) ? final(v) : null, () => device.copy(final(v)), own),
          )
      }
      for (const [v, home] of this.written) {
        const storage = home()
        if (storage.length > 0) {
          own.buffers.delete(final(v))
          residency.place(storage, final(v))
        }
        storage.version++
      }
      return { result: (v) => results.get(v)! }
    } finally {
      for (const buffer of own.buffers) device.free(buffer)
    }
  }

  free(): void {
    this.forget()
    for (const buffer of this.constants.values()) this.backend.device.free(buffer)
    this.constants.clear()
  }

  /** The buffer of a value that is there before the first launch; what is brought up for this replay alone is noted in `own`. */
  private bufferOf(
    { value, words, slot }: ScriptInput,
    args: readonly Storage[],
    live: ReadonlyMap<number, TypedArray>,
    own: Own,
  ): DeviceBuffer | null {
    const { source, dtype, length } = this.recording.values[value]!
    const constant = this.constants.get(slot)
    if (constant || length === 0) return constant ?? null
    const storage = storageOf(source, args)
    if (storage && !words) return this.residency.load(storage)
    const values = storage ? storage.cell.home! : live.get(value)!
    // An optimizer's numbers are the same for all parameters of a group: one upload serves them.
    const key = values.length <= FEW ? `${words} ${values.join()}` : null
    const known = key === null ? undefined : own.few.get(key)
    if (known) return known
    const brought = this.backend.device.upload(words ? halves(values) : toDevice(values, dtype))
    own.buffers.add(brought)
    if (key !== null) own.few.set(key, brought)
    return brought
  }

  /** A storage for the caller, on the buffer itself where nobody else needs it. */
  private handOut(v: number, buffer: DeviceBuffer | null, copy: () => DeviceBuffer, own: Own): Storage {
    const { dtype, length } = this.recording.values[v]!
    const storage = this.backend.allocate(dtype, length)
    if (length === 0) return storage
    if (buffer) own.buffers.delete(buffer)
    this.residency.place(storage, buffer ?? copy())
    return storage
  }
}

/** What a replay has made and not given away. */
interface Own {
  readonly buffers: Set<DeviceBuffer>
  /** What was brought up for it, by the numbers, where these are few. */
  readonly few: Map<string, DeviceBuffer>
}

/** Numbers up to which it is worth looking whether the same were brought up already. */
const FEW = 16

/** The numbers of a value that is the same before every replay, as the device holds them; null for others. */
function fixed({ source, dtype, length }: Value, words: boolean): Float32Array | null {
  if (source.kind === 'temporary') return new Float32Array(length) // is filled part by part
  if (source.kind !== 'constant') return null
  return words ? halves(source.values) : toDevice(source.values, dtype)
}

/** Where a value lives that was there before the step; null for others. */
function storageOf(source: Origin, args: readonly Storage[]): Storage | null {
  if (source.kind === 'argument') return args[source.index]!
  if (source.kind === 'state') return source.storage
  return source.kind === 'gradient' ? source.leaf.gradient!.storage : null
}
