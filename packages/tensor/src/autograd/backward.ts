import { GradientError } from '../errors.js'
import { add } from '../ops/arithmetic.js'
import { checkGradient, filled } from '../ops/run.js'
import { show } from '../shape.js'
import { state } from '../state.js'
import type { Storage } from '../storage.js'
import type { Tensor } from '../tensor.js'
import { enableGrad } from './mode.js'
import { letGo, type Node, releaseOwn, type Slot } from './node.js'

/** Options of a backward pass. */
export interface BackwardOptions {
  /** Keeps the graph for another pass. Default: the value of `createGraph`. */
  retainGraph?: boolean
  /** Records the gradients' own computation, so that they can be differentiated again. Default false. */
  createGraph?: boolean
}

/** Where gradients start: a slot and the gradient that arrives there. */
export interface Root {
  readonly slot: Slot
  readonly gradient: Tensor
}

/**
 * Walks the graph from the roots to the leaves.
 *
 * @param wanted - null: every leaf's (and retained tensor's) gradient is added to its `grad`; else only these slots'
 *   gradients are computed, and returned
 * @param stopAtWanted - whether nothing upstream of a wanted slot is wanted, so that the walk may end there
 */
export function backpropagate(
  roots: readonly Root[],
  wanted: ReadonlySet<Slot> | null,
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
  stopAtWanted = false,
): Map<Slot, Tensor> {
  const { order, useful } = plan(
    roots.map((r) => r.slot),
    wanted,
    stopAtWanted,
  )
  for (const node of order) if (useful.has(node)) node.check()
  const pass = new Pass(wanted)
  const before = state.gradients
  const outer = state.temporaries
  state.gradients = createGraph
  try {
    for (const { slot, gradient } of roots) pass.arrive(slot, gradient)
    for (let i = order.length - 1; i >= 0; i--) {
      const node = order[i]!
      const grads = pass.take(node)
      if (!grads) continue
      try {
        if (useful.has(node)) {
          step(node, grads, pass, useful, wanted, createGraph)
          if (!retainGraph) node.free()
        }
      } finally {
        for (const g of grads) if (g) letGo(g.storage)
      }
    }
    return pass.finish()
  } finally {
    state.gradients = before
    state.temporaries = outer
    pass.abandon()
  }
}

function step(
  node: Node,
  grads: readonly (Tensor | undefined)[],
  pass: Pass,
  useful: ReadonlySet<Node>,
  wanted: ReadonlySet<Slot> | null,
  createGraph: boolean,
): void {
  const needs = node.edges.map(
    (s) => s !== null && (wanted === null || wanted.has(s) || (s.node !== null && useful.has(s.node))),
  )
  // What a gradient's computation leaves behind is freed at once, unless it is on the tape itself.
  const temporaries: Storage[] | null = createGraph ? null : []
  state.temporaries = temporaries
  try {
    const results =
      node.decompose && (createGraph || !node.serves(grads))
        ? throughDecomposition(node, grads, needs, createGraph)
        : node.run(grads, needs)
    results.forEach((g, i) => {
      if (g && needs[i]) pass.arrive(node.edges[i]!, g)
    })
  } finally {
    state.temporaries = null
    if (temporaries) for (const storage of temporaries) releaseOwn(storage)
  }
}

/** Gradients of a fused op by way of the same function in plain ops; with `createGraph` they can be differentiated again. */
function throughDecomposition(
  node: Node,
  grads: readonly (Tensor | undefined)[],
  needs: readonly boolean[],
  createGraph: boolean,
): (Tensor | undefined)[] {
  node.check()
  const outputs = enableGrad(() => node.decompose!())
  const roots: Root[] = []
  outputs.forEach((t, i) => {
    if (t.slot && grads[i]) roots.push({ slot: t.slot, gradient: grads[i]! })
  })
  const wanted = new Set(node.edges.filter((s, i): s is Slot => s !== null && needs[i]!))
  const found = backpropagate(roots, wanted, { createGraph }, true)
  // an input that was given twice gets its gradient once
  return node.edges.map((s, i) => (s && node.edges.indexOf(s) === i ? found.get(s) : undefined))
}

/** The gradients on their way through one pass. */
class Pass {
  private readonly pending = new Map<Node, (Tensor | undefined)[]>()
  private readonly kept = new Map<Slot, Tensor>()

  constructor(private readonly wanted: ReadonlySet<Slot> | null) {}

  /** Adds a gradient to what has arrived at a slot. */
  arrive(slot: Slot, g: Tensor): void {
    if (slot.node) {
      const list =
        this.pending.get(slot.node) ?? new Array<Tensor | undefined>(slot.node.outputs).fill(undefined)
      this.pending.set(slot.node, list)
      list[slot.index] = sum(list[slot.index], g)
    }
    if (this.wanted ? this.wanted.has(slot) : slot.node === null)
      this.kept.set(slot, sum(this.kept.get(slot), g))
  }

  /** What has arrived at a node's outputs; complete, since nodes are visited after all their consumers. */
  take(node: Node): (Tensor | undefined)[] | undefined {
    const list = this.pending.get(node)
    this.pending.delete(node)
    if (list && !this.wanted)
      for (const slot of node.retained) {
        const g = list[slot.index]
        if (g) accumulate(slot, g)
      }
    return list
  }

  /** Hands the results over: to the leaves, or to the caller. */
  finish(): Map<Slot, Tensor> {
    if (!this.wanted) for (const [slot, g] of this.kept) accumulate(slot, g)
    else for (const g of this.kept.values()) g.storage.handOut()
    return this.kept
  }

  /** After success or failure: nothing of this pass keeps a gradient alive. */
  abandon(): void {
    for (const list of this.pending.values()) for (const g of list) if (g) letGo(g.storage)
    for (const g of this.kept.values()) letGo(g.storage)
    this.pending.clear()
  }
}

function sum(a: Tensor | undefined, g: Tensor): Tensor {
  const result = a ? add(a, g) : g
  result.storage.holders++
  if (a) letGo(a.storage)
  return result
}

function accumulate(slot: Slot, g: Tensor): void {
  const keeper = slot.keeper
  if (!keeper) return
  state.recording?.accumulates(keeper)
  state.recording?.readsGradient(keeper)
  const before = keeper.gradient
  const total = before ? add(before, g) : g
  if (before) total.storage.handedOut = false // until somebody reads `grad`
  keeper.setGrad(total)
}

/** Nodes in an order in which inputs come before outputs, and which of them lead to a wanted slot. */
function plan(
  roots: readonly Slot[],
  wanted: ReadonlySet<Slot> | null,
  stopAtWanted: boolean,
): { order: Node[]; useful: Set<Node> } {
  const order: Node[] = []
  const useful = new Set<Node>()
  const seen = new Set<Node>()
  const stack: { node: Node; next: number }[] = []
  const enter = (slot: Slot | null) => {
    if (slot?.node && !seen.has(slot.node) && !(stopAtWanted && wanted?.has(slot))) {
      seen.add(slot.node)
      stack.push({ node: slot.node, next: 0 })
    }
  }
  for (const root of roots) {
    enter(root)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      if (top.next < top.node.edges.length) enter(top.node.edges[top.next++]!)
      else {
        stack.pop()
        order.push(top.node)
        const leads = (s: Slot | null) =>
          s !== null && (wanted === null || wanted.has(s) || (s.node !== null && useful.has(s.node)))
        if (top.node.edges.some(leads)) useful.add(top.node)
      }
    }
  }
  return { order, useful }
}

/** Checks what `backward` and `grad` start from, and gives it its first gradient. */
export function rootOf(op: string, output: Tensor, gradient: Tensor | undefined): Root {
  if (!output.slot)
    throw new GradientError(
      `${op}: this tensor ${show(output.shape)} depends on nothing that requires a gradient; ` +
        'create an input with { requiresGrad: true } or use a Parameter, and compute outside of noGrad()',
    )
  if (gradient) {
    checkGradient(op, output, gradient)
    return { slot: output.slot, gradient }
  }
  if (output.size !== 1)
    throw new GradientError(
      `${op}: the tensor has shape ${show(output.shape)}; only a single number has a gradient by itself: ` +
        'reduce it with sum() or mean(), or pass the gradient to start from',
    )
  return { slot: output.slot, gradient: filled(1, output.shape, output.dtype, output.backend) }
}
