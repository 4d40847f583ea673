import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { type Backward, Node, releaseOwn } from './node.js'

/** An input of an op, and how its gradient is computed from that of the op's one output. */
export type Edge = readonly [input: Tensor, gradient: (g: Tensor) => Tensor]

/** Whether an op on these inputs must be put on the tape. */
export function wantsGrad(...inputs: readonly (Tensor | undefined)[]): boolean {
  if (state.recording) for (const t of inputs) if (t) state.recording.uses(t)
  if (!state.gradients) return false
  for (const t of inputs) if (t?.requiresGrad) return true
  return false
}

/**
 * Puts an op with one output on the tape.
 *
 * @param name - the op, for messages
 * @param output - its result
 * @param saved - the tensors whose values the gradients read
 * @param edges - for each input how its gradient is computed; only those wanted are
 * @returns `output`
 */
export function track(
  name: string,
  output: Tensor,
  saved: readonly Tensor[],
  ...edges: readonly Edge[]
): Tensor {
  if (!wantsGrad(...edges.map(([t]) => t))) return output
  const backward: Backward = ([g], needs) =>
    edges.map(([, gradient], i) => (needs[i] ? gradient(g!) : undefined))
  const node = new Node(
    name,
    edges.map(([t]) => t.slot),
    1,
    saved,
    backward,
  )
  output.slot = { node, index: 0, keeper: null }
  return output
}

/** An op whose gradients are computed together, by a fused kernel, or that has several outputs. */
export interface FusedOp {
  /** The op, for messages. */
  readonly name: string
  /** Its inputs; undefined where an optional one is missing. */
  readonly inputs: readonly (Tensor | undefined)[]
  /** Its results. */
  readonly outputs: readonly Tensor[]
  /** Inputs and outputs whose values `backward` reads. */
  readonly saved: readonly Tensor[]
  /** What else `backward` reads: results of the kernel that nobody outside sees, freed with the graph. */
  readonly own: readonly Tensor[]
  /** All gradients at once, in the order of `inputs`. */
  readonly backward: Backward
  /** The same outputs by plain ops, for gradients of gradients; null where `backward` itself is made of plain ops. */
  readonly decompose: (() => readonly Tensor[]) | null
  /** How many of the outputs, from the first on, `backward` serves; gradients of the others take the decomposition. Default: all. */
  readonly served?: number
}

/** Puts a fused op on the tape; without one, what only the gradient needs is freed at once. */
export function trackFused(op: FusedOp): void {
  for (const t of op.own) t.storage.handedOut = false
  if (!wantsGrad(...op.inputs)) {
    for (const t of op.own) releaseOwn(t.storage)
    return
  }
  const edges = op.inputs.map((t) => t?.slot ?? null)
  const saved = [...op.saved, ...op.own]
  const node = new Node(
    op.name,
    edges,
    op.outputs.length,
    saved,
    op.backward,
    op.own,
    op.decompose,
    op.served,
  )
  op.outputs.forEach((t, index) => {
    t.slot = { node, index, keeper: null }
  })
}
