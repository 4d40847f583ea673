import type { Backend } from '../backends/backend.js'
import type { TypedArray } from '../dtype.js'
import { CompileError } from '../errors.js'
import { isTensor, makeTensor } from '../make.js'
import { readNow } from '../reading.js'
import type { Storage } from '../storage.js'
import type { Tensor } from '../tensor.js'
import type { Recording } from './recording.js'

/** The values of everything that a recorded step changes. */
export class Snapshot {
  private readonly states = new Map<Storage, TypedArray>()
  private readonly gradients = new Map<Tensor, Tensor | null>()

  constructor(
    private readonly backend: Backend,
    { values, calls, gradients }: Recording,
  ) {
    for (const call of calls)
      for (const v of call.outputs) {
        const { source } = values[v]!
        if (source.kind === 'state') this.states.set(source.storage, valuesAt(backend, source.storage))
      }
    for (const { leaf } of gradients) {
      leaf.gradient?.storage.handOut() // it shall outlive the step
      this.gradients.set(leaf, leaf.gradient)
    }
  }

  /** Puts everything back. */
  restore(): void {
    for (const [storage, values] of this.states) this.backend.write(storage, values.slice())
    for (const [leaf, gradient] of this.gradients) leaf.setGrad(gradient)
  }

  /** What the same things hold now. */
  now(): TypedArray[] {
    const states = [...this.states.keys()].map((s) => valuesAt(this.backend, s))
    const gradients = [...this.gradients.keys()].map((leaf) =>
      leaf.gradient ? valuesAt(this.backend, leaf.gradient.storage) : new Float32Array(0),
    )
    return [...states, ...gradients]
  }
}

/** Values for comparing; throws where the backend can only be waited for, since a step is synchronous. */
function valuesAt(backend: Backend, storage: Storage): TypedArray {
  const values = readNow(makeTensor(storage, [storage.length], storage.dtype))
  if (values) return values
  throw new CompileError(
    `compile: check compares values at once, which the ${backend.name} backend cannot read; leave check out, or check the step on wasm()`,
  )
}

/** The values of all tensors in what a step gave back. */
export function valuesOf(backend: Backend, result: unknown): TypedArray[] {
  if (isTensor(result)) return [valuesAt(backend, result.storage)]
  if (typeof result !== 'object' || result === null) return []
  return Object.values(result).flatMap((item) => valuesOf(backend, item))
}

/** Throws where a replay gave other values than the step itself. */
export function compareRuns(
  what: string,
  eager: readonly TypedArray[],
  replayed: readonly TypedArray[],
): void {
  for (let i = 0; i < eager.length; i++) {
    const [a, b] = [eager[i]!, replayed[i]!]
    let most = 0
    let count = 0
    for (let k = 0; k < a.length; k++)
      if (!Object.is(a[k], b[k])) {
        count++
        most = Math.max(most, Math.abs(a[k]! - b[k]!))
      }
    if (count > 0)
      throw new CompileError(
        `compile: the replay differs from the step itself: ${what} ${i} has ${count} of ${a.length} other values, by up to ${most}; ` +
          'something that the step depends on is neither an argument nor state',
      )
  }
}
