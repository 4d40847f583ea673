import type { Backend } from '../backends/backend.js'
import type { TypedArray } from '../dtype.js'
import { makeTensor } from '../make.js'
import type { Storage } from '../storage.js'
import type { Tensor } from '../tensor.js'
import { Gradients } from './gradients.js'
import type { Program } from './program.js'
import type { Recording, Result } from './recording.js'

/** A recording with what it takes to replay it. */
export class Replayer {
  private readonly program: Program
  private readonly gradients: Gradients

  constructor(
    backend: Backend,
    private readonly recording: Recording,
  ) {
    this.gradients = new Gradients(backend, recording)
    this.program = backend.load!(recording, this.gradients.targets, resultsOf(recording))
  }

  /**
   * Runs the step again.
   *
   * @param args - its arguments
   * @param live - the numbers of live values; else they are computed, and side effects happen
   * @returns what the step would give
   */
  run(args: readonly Tensor[], live: ReadonlyMap<number, TypedArray> = liveValues(this.recording)): unknown {
    this.gradients.prepare()
    const done = this.program.replay(
      args.map((t) => t.storage),
      live,
    )
    const found = new Map<number, Storage>()
    const storageOf = (value: number) => {
      const storage = found.get(value) ?? done.result(value)
      found.set(value, storage)
      return storage
    }
    const result = build(this.recording.result, storageOf)
    this.gradients.handOver(storageOf)
    return result
  }

  /** Gives its memory back. */
  free(): void {
    this.program.free()
    this.gradients.free()
  }
}

/** The live numbers of the step that comes, and its side effects. */
function liveValues({ before, values }: Recording): Map<number, TypedArray> {
  const live = new Map<number, TypedArray>()
  for (const item of before) {
    if (typeof item === 'function') item()
    else live.set(item, (values[item]!.source as { read: () => TypedArray }).read())
  }
  return live
}

function build(result: Result, storageOf: (value: number) => Storage): unknown {
  switch (result.kind) {
    case 'tensor':
      return makeTensor(storageOf(result.value), result.shape)
    case 'same':
      return result.tensor
    case 'list':
      return result.items.map((item) => build(item, storageOf))
    case 'object':
      return Object.fromEntries(result.items.map(([key, item]) => [key, build(item, storageOf)]))
    case 'nothing':
      return result.value
  }
}

/** Values that the host needs after each replay. */
function resultsOf({ result, gradients, values }: Recording): Set<number> {
  const found = new Set<number>()
  const visit = (r: Result): void => {
    if (r.kind === 'tensor') found.add(r.value)
    else if (r.kind === 'list') r.items.forEach(visit)
    else if (r.kind === 'object') for (const [, item] of r.items) visit(item)
  }
  visit(result)
  for (const { value } of gradients)
    if (value !== null && values[value]!.source.kind !== 'temporary') found.add(value)
  return found
}
