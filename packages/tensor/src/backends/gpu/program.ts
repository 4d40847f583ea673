import type { TypedArray } from '../../dtype.js'
import { alive } from '../../program/plan.js'
import type { Program, Replay } from '../../program/program.js'
import type { Source as Origin, Recording, Value } from '../../program/recording.js'
import type { Storage } from '../../storage.js'
import type { GpuBackend } from './backend.js'
import { halves, toDevice } from './convert.js'
import type { DeviceBuffer } from './device.js'
import type { Residency } from './residency.js'
import { type Script, writeScript } from './script.js'

/**
 * A recorded step as one list of launches over numbered buffers: kernels are known, arguments are bound by number, and each buffer goes when
 * its last launch is done. Parameters and optimizer state never leave the device: a step reads their buffers and puts new ones in their place.
 */
export class GpuProgram implements Program {
  private readonly script: Script
  /** Values that are written into state, gradients of leaves included, and where they go. */
  private readonly written: readonly (readonly [value: number, home: () => Storage])[]
  private readonly constants = new Map<number, DeviceBuffer>()

  /**
   * @param backend - where it runs
   * @param residency - what the backend has on the device
   * @param recording - the step
   * @param targets - values that are written into state of their own: the gradients of leaves
   * @param results - values that are handed out after each replay
   */
  constructor(
    private readonly backend: GpuBackend,
    private readonly residency: Residency,
    private readonly recording: Recording,
    targets: ReadonlyMap<number, () => Storage>,
    private readonly results: ReadonlySet<number>,
  ) {
    const { values, calls } = recording
    const written = new Map(targets)
    for (const v of new Set(calls.flatMap((c) => c.outputs))) {
      const { source } = values[v]!
      if (source.kind === 'state') written.set(v, () => source.storage)
      if (source.kind === 'gradient') written.set(v, () => source.leaf.gradient!.storage)
    }
    this.written = [...written]
    const wanted = new Set([...results, ...written.keys()])
    this.script = writeScript(recording, alive(recording, wanted), wanted)
    for (const { value, words, slot } of this.script.inputs) {
      const numbers = fixed(values[value]!, words)
      if (numbers && numbers.length > 0) this.constants.set(slot, backend.device.upload(numbers))
    }
  }

  replay(args: readonly Storage[], live: ReadonlyMap<number, TypedArray>): Replay {
    const { residency, script, recording } = this
    const { device } = this.backend
    residency.begin()
    const buffers: (DeviceBuffer | null)[] = new Array(script.slots).fill(null)
    const uploaded: DeviceBuffer[] = []
    for (const { value, words, slot } of script.inputs) {
      const { source, dtype, length } = recording.values[value]!
      if (length === 0) continue
      const known = this.constants.get(slot)
      if (known) buffers[slot] = known
      else if (source.kind === 'live') {
        const values = live.get(value)!
        buffers[slot] = device.upload(words ? halves(values) : toDevice(values, dtype))
        uploaded.push(buffers[slot])
      } else if (words) {
        buffers[slot] = device.upload(halves(storageOf(source, args)!.cell.home!))
        uploaded.push(buffers[slot])
      } else {
        const storage = storageOf(source, args)
        if (storage) buffers[slot] = residency.load(storage)
      }
    }
    for (const { source, size, args: slots, out, last } of script.launches) {
      buffers[out] = device.launch(
        source,
        size,
        slots.map((a) => (typeof a === 'number' ? a : buffers[a.slot]!)),
      )
      for (const slot of last) device.free(buffers[slot]!)
    }
    for (const buffer of uploaded) device.free(buffer)
    const results = new Map<number, Storage>()
    for (const v of this.results) {
      const origin = storageOf(recording.values[v]!.source, args)
      const buffer = buffers[script.finals.get(v)!]!
      if (recording.values[v]!.source.kind === 'argument') results.set(v, origin!)
      else results.set(v, this.handOut(v, this.mayGive(v) ? buffer : buffer && device.copy(buffer)))
    }
    for (const [v, home] of this.written) {
      const storage = home()
      if (storage.length > 0) residency.place(storage, buffers[script.finals.get(v)!]!)
      storage.version++
    }
    return { result: (v) => results.get(v)! }
  }

  free(): void {
    for (const buffer of this.constants.values()) this.backend.device.free(buffer)
    this.constants.clear()
  }

  /** Whether a result's buffer is nobody else's. */
  private mayGive(v: number): boolean {
    return this.script.owned.has(v) && this.written.every(([w]) => w !== v)
  }

  private handOut(v: number, buffer: DeviceBuffer | null): Storage {
    const { dtype, length } = this.recording.values[v]!
    const storage = this.backend.allocate(dtype, length)
    if (length > 0) this.residency.place(storage, buffer!)
    return storage
  }
}

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
