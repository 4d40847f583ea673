import { GradientError } from '../errors.js'
import type { Storage } from '../storage.js'
import type { Tensor } from '../tensor.js'

/**
 * One gradient's place in the graph: what a leaf, or one output of a recorded op, collects during `backward`.
 * A tensor that wants a gradient has a slot; the graph holds slots, not tensors, so that it keeps no values alive
 * that no gradient needs.
 */
export interface Slot {
  /** The op that made the value; null for a leaf. */
  readonly node: Node | null
  /** Which of the op's outputs it is. */
  readonly index: number
  /** The leaf, or the tensor that called `retainGrad`, whose `grad` is to be filled. */
  keeper: Tensor | null
}

/** Computes gradients of a recorded op: from those of its outputs (undefined where none arrived) to those asked for. */
export type Backward = (
  grads: readonly (Tensor | undefined)[],
  needs: readonly boolean[],
) => readonly (Tensor | undefined)[]

/** A recorded op: where its inputs' gradients go and how they are computed. */
export class Node {
  private readonly versions: readonly number[]
  freed = false
  /** Slots of outputs on which `retainGrad` was called. */
  retained: Slot[] = []

  /**
   * @param name - the op
   * @param edges - one slot an input; null where no gradient is wanted
   * @param outputs - how many outputs it has
   * @param saved - tensors whose values `backward` reads
   * @param backward - computes the gradients
   * @param own - tensors among `saved` that were never handed out: freed together with the graph
   * @param decompose - the op in plain ops, for second derivatives of ops whose `backward` is a fused kernel
   * @param served - how many outputs, from the first on, `backward` serves; the others take the decomposition
   */
  constructor(
    readonly name: string,
    readonly edges: readonly (Slot | null)[],
    readonly outputs: number,
    private saved: readonly Tensor[],
    private backward: Backward,
    private own: readonly Tensor[] = [],
    public decompose: (() => readonly Tensor[]) | null = null,
    private readonly served = outputs,
  ) {
    this.versions = saved.map((t) => t.storage.version)
  }

  /** Whether `backward` has gradients for all that arrived. */
  serves(grads: readonly (Tensor | undefined)[]): boolean {
    for (let i = this.served; i < grads.length; i++) if (grads[i]) return false
    return true
  }

  /** Runs `backward`, after a check that nothing it reads has changed since. */
  run(grads: readonly (Tensor | undefined)[], needs: readonly boolean[]): readonly (Tensor | undefined)[] {
    this.check()
    return this.backward(grads, needs)
  }

  /** Throws when the graph was freed, or a saved value was changed or disposed of. */
  check(): void {
    if (this.freed)
      throw new GradientError(
        `backward: the graph of '${this.name}' was freed by an earlier backward; ` +
          'pass { retainGraph: true } to the first one, or compute the loss again',
      )
    this.saved.forEach((t, i) => {
      if (t.storage.disposed)
        throw new GradientError(
          `backward: a value that '${this.name}' needs was disposed of; call dispose() after backward()`,
        )
      if (t.storage.version !== this.versions[i])
        throw new GradientError(
          `backward: a value that '${this.name}' needs was changed in place since (by an optimizer's step or a loaded state); ` +
            'call backward() before changing parameters',
        )
    })
  }

  /** Lets go of everything; storages that nobody else can hold are given back at once. */
  free(): void {
    if (this.freed) return
    this.freed = true
    for (const t of this.own) releaseOwn(t.storage)
    this.own = []
    this.saved = []
    this.backward = NOTHING
    this.decompose = null // it holds the values, too
  }
}

// What is left of the gradients' computation once the graph is freed.
const NOTHING: Backward = () => []

/** Frees a storage at once if it was never handed out and holds no gradient. */
export function releaseOwn(storage: Storage): void {
  if (!storage.handedOut && storage.holders === 0 && !storage.disposed) {
    storage.disposed = true
    storage.backend.release(storage)
  }
}

/** Gives up one gradient's hold on its storage. */
export function letGo(storage: Storage): void {
  storage.holders--
  releaseOwn(storage)
}
