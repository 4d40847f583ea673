import type { Backend } from '../backends/backend.js'
import type { Kernel } from '../backends/kernel.js'
import { IN_OUT, type KernelAttrs, type KernelName } from '../backends/kernels.js'
import type { TypedArray } from '../dtype.js'
import { CompileError } from '../errors.js'
import { isTensor } from '../make.js'
import { describe } from '../options.js'
import { show } from '../shape.js'
import type { Storage } from '../storage.js'
import type { Tensor } from '../tensor.js'
import type {
  ArgumentGuard,
  Call,
  Guard,
  LeafGradient,
  Recording,
  Result,
  Source,
  Value,
} from './recording.js'

/** What follows when a step cannot be recorded: an error at that place, or a note, and the step goes on. */
export type Refusal = (reason: string) => void

/** Throws a {@link CompileError}. */
export function refuse(reason: string): never {
  throw new CompileError(`compile: ${reason}`)
}

/**
 * Watches a step that runs as always, and writes down which kernels it calls on which values. Values are told apart by
 * their storages, which it holds only until the step has ended.
 */
export class Recorder {
  private readonly values: Value[] = []
  private readonly numbers = new Map<Storage, number>()
  private readonly calls: Call[] = []
  private readonly before: ((() => void) | number)[] = []
  private readonly guards: Guard[] = []
  private readonly argumentGuards: ArgumentGuard[] = []
  /** Leaves whose gradients the step replaces, with what they were. */
  private readonly leaves = new Map<Tensor, Tensor | null>()
  /** Gradients from before the step, and whose they are. */
  private readonly read = new Map<Storage, Tensor>()
  /** Why the step is to be refused once it has ended. */
  private late: string | null = null
  private readonly asked = new Set<Tensor>()
  /** The live numbers of this run, by number. */
  readonly liveValues = new Map<number, TypedArray>()
  /** Storages from outside that are no state: gradients of leaves, it is hoped. */
  private readonly strangers = new Map<number, Storage>()

  /**
   * @param backend - the one on which the step runs
   * @param args - the step's arguments
   * @param refusal - what follows where the step cannot be recorded
   */
  constructor(
    private readonly backend: Backend,
    args: readonly Tensor[],
    private readonly refusal: Refusal,
  ) {
    args.forEach((t, index) => {
      if (this.numbers.has(t.storage)) return // one tensor given twice
      this.add(t.storage, { kind: 'argument', index })
    })
  }

  /** A storage without values was made. */
  allocated(storage: Storage): void {
    this.add(storage, { kind: 'temporary' })
  }

  /** A storage was made of numbers that the library knows to be the same in every step. */
  adopted(storage: Storage, values: TypedArray): void {
    this.add(storage, { kind: 'constant', values: values.slice() })
  }

  /** The numbers of a storage just made are to be computed anew in each step. */
  live(storage: Storage, read: () => TypedArray): void {
    const number = this.numbers.get(storage)!
    const { source } = this.values[number]!
    if (source.kind === 'constant') this.liveValues.set(number, source.values)
    this.values[number] = { ...this.values[number]!, source: { kind: 'live', read } }
    this.before.push(number)
  }

  effect(run: () => void): void {
    this.before.push(run)
  }

  guard(read: () => unknown, value: unknown): void {
    this.guards.push({ read, value })
  }

  learn(tensors: readonly Tensor[], read: (...values: TypedArray[]) => unknown, value: unknown): void {
    const sources = tensors.map((t) => this.values[this.number(t.storage)]!.source)
    if (sources.every((s) => s.kind === 'constant' || s.kind === 'live')) return
    if (sources.some((s) => s.kind !== 'argument')) {
      this.refusal(
        `an index, label or length ${show(tensors.find((_, i) => sources[i]!.kind !== 'argument')!.shape)} is computed inside the step, ` +
          'where later values could not be checked; compute it outside and pass it as an argument',
      )
      return
    }
    this.argumentGuards.push({
      arguments: sources.map((s) => (s as { index: number }).index),
      read,
      value,
    })
  }

  /** Values are about to be read; by data() as a promise, which could not be refused in time. */
  reading(op: 'data' | 'dataSync', tensor: Tensor): void {
    const reason =
      `${op}() of a tensor ${show(tensor.shape)} inside the step: replays do not run this code, so its value would freeze; ` +
      'return the tensor from the step and read it outside'
    if (op === 'data') this.late ??= reason
    else this.refusal(reason)
  }

  /** A tensor is made of the user's own numbers. */
  given(op: string): void {
    this.refusal(
      `${op}(…) makes a tensor of numbers inside the step; they would stay the same in every replay: ` +
        'make it outside and pass it as an argument, or keep it in a buffer()',
    )
  }

  /** Something happens that a replay would not do. */
  refuse(reason: string): void {
    this.refusal(reason)
  }

  /** A kernel that this backend cannot run by itself. */
  borrowed(kernel: string): void {
    this.refusal(`the ${this.backend.name} backend has no kernel of its own for '${kernel}' yet`)
  }

  /** A leaf's gradient is read, whether or not the step has changed it. */
  readsGradient(leaf: Tensor): void {
    if (!this.leaves.has(leaf) && leaf.gradient) this.read.set(leaf.gradient.storage, leaf)
  }

  /** A leaf's gradient is about to be replaced. */
  gradientChanges(leaf: Tensor): void {
    if (this.leaves.has(leaf)) return
    this.leaves.set(leaf, leaf.gradient)
    if (leaf.gradient) this.read.set(leaf.gradient.storage, leaf)
  }

  /** A gradient is added to what a leaf has collected, if it has: the step depends on whether. */
  accumulates(leaf: Tensor): void {
    if (!this.leaves.has(leaf)) this.guard(() => leaf.gradient !== null, leaf.gradient !== null)
  }

  ran<K extends KernelName>(
    kernel: Kernel<K>,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void {
    const read = inputs.map((s) => this.number(s))
    const written = outputs.map((s) => this.number(s))
    for (const number of written) {
      const { kind } = this.values[number]!.source
      if (kind === 'argument' || kind === 'constant' || kind === 'live' || this.strangers.has(number))
        this.refusal(
          `'${kernel.name}' changes a tensor in place that is neither a parameter nor a buffer; use buffer()`,
        )
    }
    this.calls.push({ kernel, inputs: read, outputs: written, attrs })
  }

  /** An op asks whether a tensor wants a gradient. */
  uses(tensor: Tensor): void {
    if (!tensor.storage.cell.pinned || this.asked.has(tensor)) return
    this.asked.add(tensor)
    this.guard(() => tensor.requiresGrad, tensor.requiresGrad)
  }

  /** Closes the recording with what the step gave back. */
  finish(result: unknown): Recording {
    if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') {
      Promise.resolve(result).catch(() => {}) // the refusal says it all
      this.late ??= 'the step must be synchronous; await outside, before or after it'
    }
    if (this.late !== null) this.refusal(this.late)
    const tree = this.tree(result, 'the result')
    const gradients: LeafGradient[] = []
    for (const leaf of this.leaves.keys()) {
      const after = leaf.gradient
      if (
        this.numbers.has(leaf.storage) &&
        this.values[this.numbers.get(leaf.storage)!]!.source.kind === 'argument'
      )
        this.refusal(
          'an argument collects a gradient in backward(); use grad(loss, [x]) and return the result instead',
        )
      gradients.push({
        leaf,
        value: after === null ? null : this.number(after.storage),
      })
    }
    for (const [number, storage] of this.strangers) {
      const leaf = this.read.get(storage)
      if (leaf) this.values[number] = { ...this.values[number]!, source: { kind: 'gradient', leaf } }
      else
        this.refusal(
          `the step uses a tensor [${storage.length} ${storage.length === 1 ? 'value' : 'values'}] from outside that is no argument, parameter or buffer; ` +
            'its values would freeze: pass it as an argument, or keep it in a Parameter or buffer()',
        )
    }
    let settled = true
    for (const [storage, number] of this.numbers)
      if (storage.cell.pinned && this.values[number]!.source.kind === 'temporary') settled = false
    const { values, calls, before, guards, argumentGuards } = this
    return { values, calls, before, guards, argumentGuards, gradients, result: tree, settled }
  }

  private tree(value: unknown, what: string): Result {
    if (value === undefined || value === null) return { kind: 'nothing', value }
    if (isTensor(value)) {
      if (this.leaves.has(value)) return { kind: 'same', tensor: value }
      const number = this.number(value.storage)
      if (this.values[number]!.source.kind === 'state') return { kind: 'same', tensor: value }
      return { kind: 'tensor', value: number, shape: value.shape }
    }
    if (Array.isArray(value))
      return { kind: 'list', items: value.map((item, i) => this.tree(item, `${what}[${i}]`)) }
    if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
      return {
        kind: 'object',
        items: Object.entries(value).map(([key, item]) => [key, this.tree(item, `${what}.${key}`)] as const),
      }
    this.refusal(
      `${what} of the step is ${describe(value)}; only tensors, and lists and plain objects of tensors, can be given back`,
    )
    return { kind: 'nothing', value: undefined }
  }

  private add(storage: Storage, source: Source): number {
    const number = this.values.push({ dtype: storage.dtype, length: storage.length, source }) - 1
    this.numbers.set(storage, number)
    return number
  }

  private number(storage: Storage): number {
    const known = this.numbers.get(storage)
    if (known !== undefined) return known
    if (storage.backend !== this.backend)
      this.refusal(
        `the step uses a tensor on the ${storage.backend.name} backend beside others on ${this.backend.name}; bring them to one with to(backend)`,
      )
    if (storage.cell.pinned) return this.add(storage, { kind: 'state', storage })
    const number = this.add(storage, { kind: 'constant', values: new Float32Array(0) })
    this.strangers.set(number, storage)
    return number
  }
}

/** Whether a call changes an output that it also reads. */
export function inPlace(kernel: KernelName): boolean {
  return IN_OUT.has(kernel)
}
