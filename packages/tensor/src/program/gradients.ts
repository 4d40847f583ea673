import { letGo } from '../autograd/node.js'
import type { Backend } from '../backends/backend.js'
import { makeTensor } from '../make.js'
import type { Storage } from '../storage.js'
import type { Recording } from './recording.js'

/** Where the gradients of a recorded step are put: for each value one storage that every replay writes anew. */
export class Gradients {
  private readonly kept = new Map<number, Storage[]>()

  constructor(
    private readonly backend: Backend,
    private readonly recording: Recording,
  ) {
    for (const { value } of recording.gradients)
      if (value !== null && recording.values[value]!.source.kind === 'temporary') this.kept.set(value, [])
  }

  /** The storages to write in the replay at hand, by value. */
  get targets(): ReadonlyMap<number, () => Storage> {
    return new Map([...this.kept.keys()].map((v) => [v, () => this.kept.get(v)![0] ?? this.renew(v)]))
  }

  /** Before a replay: what somebody has read, or what the step will read, is not overwritten. */
  prepare(): void {
    for (const [value, storages] of this.kept) {
      const inUse = (s: Storage) =>
        this.recording.gradients.some((g) => g.value === value && g.leaf.gradient?.storage === s) &&
        this.recording.values.some(
          ({ source }) => source.kind === 'gradient' && source.leaf.gradient?.storage === s,
        )
      for (const s of storages.splice(0)) {
        if (s.handedOut || s.disposed) letGo(s)
        else storages.push(s)
      }
      if (storages[0] && inUse(storages[0])) storages.reverse()
      if (!storages[0] || inUse(storages[0])) this.renew(value)
    }
  }

  /** After a replay: gives every leaf its gradient. */
  handOver(other: (value: number) => Storage): void {
    for (const { leaf, value } of this.recording.gradients) {
      if (value === null) {
        if (leaf.gradient) leaf.setGrad(null)
        continue
      }
      const storage = this.kept.get(value)?.[0] ?? other(value)
      if (leaf.gradient?.storage !== storage) leaf.setGrad(makeTensor(storage, leaf.shape))
    }
  }

  free(): void {
    for (const storages of this.kept.values()) for (const s of storages.splice(0)) letGo(s)
  }

  private renew(value: number): Storage {
    const { dtype, length } = this.recording.values[value]!
    const storage = this.backend.allocate(dtype, length)
    storage.handedOut = false // until somebody reads `grad`
    storage.holders++
    this.kept.get(value)!.unshift(storage)
    return storage
  }
}
