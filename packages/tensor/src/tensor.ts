import { type BackwardOptions, backpropagate, rootOf } from './autograd/backward.js'
import { letGo, type Slot } from './autograd/node.js'
import { track } from './autograd/track.js'
import type { Backend } from './backends/backend.js'
import { breathe } from './breathe.js'
import { type DType, isFloat, type TypedArray } from './dtype.js'
import { DTypeError, GradientError, OptionError, ShapeError } from './errors.js'
import { inspect } from './inspect.js'
import { BRAND, makeTensor, setMaker } from './make.js'
import * as activations from './ops/activations/classic.js'
import type { TensorLike } from './ops/arithmetic.js'
import * as arithmetic from './ops/arithmetic.js'
import * as broadcast from './ops/broadcast.js'
import { cast, checkBackend, checkSupport } from './ops/cast.js'
import * as compare from './ops/compare.js'
import * as math from './ops/math.js'
import { matmul } from './ops/matmul.js'
import * as movement from './ops/movement.js'
import * as reduce from './ops/reduce.js'
import { checkGradient, checkTensor } from './ops/run.js'
import * as slicing from './ops/slicing.js'
import * as softmax from './ops/softmax.js'
import { checkOptions } from './options.js'
import { type Shape, show, sizeOf } from './shape.js'
import { state } from './state.js'
import type { Storage } from './storage.js'
import { copyOf, move, type NestedNumbers, nest } from './values.js'

/**
 * An array of numbers with a shape: a value, never changed once made. Ops are functions (`matmul(a, b)`); the most
 * common are methods too (`a.matmul(b)`). Memory takes care of itself: a tensor that nobody holds is collected.
 *
 * Make one with {@link tensor}, {@link zeros}, {@link randn} and the like.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * const x = tensor([[1, 2], [3, 4]], { requiresGrad: true })
 * x.mul(x).sum().backward()
 * x.grad?.toArraySync() // => [[2, 4], [6, 8]]
 * ```
 */
export class Tensor {
  /** Sizes of the dimensions, outermost first. */
  readonly shape: Shape
  /** The kind of numbers. */
  readonly dtype: DType
  /** How many values it holds. */
  readonly size: number
  /** @internal */
  readonly storage: Storage
  /** @internal Its place in the graph; null where no gradient is wanted. */
  slot: Slot | null = null
  /** @internal The gradient, without handing it out. */
  gradient: Tensor | null = null
  private keeps = false

  /** @internal */
  constructor(storage: Storage, shape: Shape, dtype: DType) {
    if (dtype === undefined) throw new OptionError('Tensor: make tensors with tensor([1, 2]), zeros([2]), …')
    this.storage = storage
    this.shape = shape
    this.dtype = dtype
    this.size = sizeOf(shape)
  }

  /** @internal */
  get [BRAND](): true {
    return true
  }

  /** How many dimensions it has. */
  get rank(): number {
    return this.shape.length
  }

  /** The backend on which it lives. */
  get backend(): Backend {
    return this.storage.backend
  }

  /** Whether gradients flow to it. */
  get requiresGrad(): boolean {
    return this.slot !== null
  }

  /** Whether it was made by the user, not by an op whose gradient is recorded. */
  get isLeaf(): boolean {
    return this.slot === null || this.slot.node === null
  }

  /** The gradient that `backward` has collected here; null before. Leaves have one, and tensors with {@link retainGrad}. */
  get grad(): Tensor | null {
    state.recording?.readsGradient(this)
    this.gradient?.storage.handOut()
    return this.gradient
  }

  /** Sets or clears the gradient. */
  set grad(value: Tensor | null) {
    if (value) checkGradient('grad', this, value)
    this.setGrad(value)
  }

  /** @internal Replaces the gradient; the old one is freed if nobody has seen it. */
  setGrad(value: Tensor | null): void {
    state.recording?.gradientChanges(this)
    if (value) {
      value.storage.holders++
      value.backend.watch(value.storage) // it stays as long as this tensor does
    }
    if (this.gradient) letGo(this.gradient.storage)
    this.gradient = value
  }

  /**
   * Computes the gradient of this tensor to every leaf that requires one, and adds it to the leaf's `grad`.
   *
   * @param gradient - where to start; needed unless this is a single number
   * @param options - `retainGraph`, `createGraph`
   * @throws GradientError where there is no graph, it was freed, or a value that it needs has changed since
   */
  backward(gradient?: Tensor, options: BackwardOptions = {}): void {
    checkOptions('backward', options, [], ['createGraph', 'retainGraph'])
    checkTensor('backward', this, 'the tensor')
    backpropagate([rootOf('backward', this, gradient)], null, options)
  }

  /** Keeps the gradient of a tensor that is not a leaf: after `backward` it stands in `grad`. Returns the tensor itself. */
  retainGrad(): this {
    if (!this.slot)
      throw new GradientError(
        `retainGrad: this tensor ${show(this.shape)} has no gradient; it depends on nothing that requires one`,
      )
    if (this.slot.node && !this.keeps) {
      this.keeps = true
      this.slot.keeper = this
      this.slot.node.retained.push(this.slot)
    }
    return this
  }

  /** @internal Makes this leaf collect gradients, or stop to. */
  setRequiresGrad(on: boolean): this {
    if (on && !isFloat(this.dtype))
      throw new DTypeError(
        `requiresGrad: only float tensors have gradients, this one ${show(this.shape)} is ${this.dtype}`,
      )
    if (!this.isLeaf)
      throw new GradientError(
        'requiresGrad: only a leaf can be changed; use detach() for a tensor without gradient',
      )
    this.slot = on ? (this.slot ?? { node: null, index: 0, keeper: this }) : null
    return this
  }

  /** The same values, cut off from the graph: no gradient flows through. Shares memory. */
  detach(): Tensor {
    checkTensor('detach', this)
    return this.view(this.shape)
  }

  /** A copy in memory of its own; the gradient flows through. */
  clone(): Tensor {
    checkTensor('clone', this)
    return track('clone', copyOf(this), [], [this, (g) => g])
  }

  /**
   * A copy on another backend, cut off from the graph. Values are read back first, so the source must be able to do
   * that at once; where it cannot (WebGPU), use {@link toAsync}.
   *
   * @param backend - where to
   * @throws BackendError where the values can only be waited for
   */
  to(backend: Backend): Tensor {
    checkTensor('to', this)
    checkBackend('to', backend)
    checkSupport('to', backend, this.dtype)
    return backend === this.backend ? this : move('to', this, backend)
  }

  /**
   * {@link to} for every backend: waits for the values. They are those of the moment of the call.
   *
   * @param backend - where to
   */
  async toAsync(backend: Backend): Promise<Tensor> {
    checkTensor('toAsync', this)
    checkBackend('toAsync', backend)
    checkSupport('toAsync', backend, this.dtype)
    return backend === this.backend
      ? this
      : makeTensor(backend.adopt(await this.data(), this.dtype), this.shape, this.dtype)
  }

  /** @internal The same storage in another shape, without a place on the tape. */
  view(shape: Shape): Tensor {
    return new Tensor(this.storage, shape, this.dtype)
  }

  /**
   * Gives the memory back this instant, before the garbage collector would. It is never needed; afterwards this
   * tensor, and every other over the same memory (`reshape`, `detach`), throws a DisposedError.
   */
  dispose(): void {
    if (this.storage.disposed) return
    this.storage.disposed = true
    this.storage.backend.release(this.storage)
  }

  /** `using x = …` gives the memory back at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose()
  }

  /** A copy of the values in row-major order. */
  async data(): Promise<TypedArray> {
    checkTensor('data', this, 'the tensor')
    state.recording?.reading('data', this)
    const values = this.backend.read(this.storage) // those of this moment, whatever happens while we wait
    await breathe()
    return values
  }

  /** A copy of the values, at once; throws where the backend can only wait for them (WebGPU). */
  dataSync(): TypedArray {
    checkTensor('dataSync', this, 'the tensor')
    state.recording?.reading('dataSync', this)
    return this.backend.readSync(this.storage)
  }

  /** The value of a tensor that has exactly one. */
  async item(): Promise<number> {
    this.checkOne('item')
    return (await this.data())[0]!
  }

  /** The value of a tensor that has exactly one, at once. */
  itemSync(): number {
    this.checkOne('itemSync')
    return this.dataSync()[0]!
  }

  /** The values as nested arrays; booleans where the dtype is bool. */
  async toArray(): Promise<NestedNumbers> {
    return nest(await this.data(), this.shape, this.dtype)
  }

  /** The values as nested arrays, at once. */
  toArraySync(): NestedNumbers {
    return nest(this.dataSync(), this.shape, this.dtype)
  }

  /** A readable summary: shape, dtype and, where they can be had at once, values. */
  toString(): string {
    return inspect(this)
  }

  /** What Node's `console.log` prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return inspect(this)
  }

  private checkOne(op: string): void {
    checkTensor(op, this, 'the tensor')
    if (this.size !== 1)
      throw new ShapeError(
        `${op}: this tensor ${show(this.shape)} has ${this.size} values, not one; use data() for all, or reduce it first`,
      )
  }

  /** Method form of {@link add}. */
  add(b: TensorLike): Tensor {
    return arithmetic.add(this, b)
  }

  /** Method form of {@link sub}. */
  sub(b: TensorLike): Tensor {
    return arithmetic.sub(this, b)
  }

  /** Method form of {@link mul}. */
  mul(b: TensorLike): Tensor {
    return arithmetic.mul(this, b)
  }

  /** Method form of {@link div}. */
  div(b: TensorLike): Tensor {
    return arithmetic.div(this, b)
  }

  /** Method form of {@link pow}. */
  pow(b: TensorLike): Tensor {
    return math.pow(this, b)
  }

  /** Method form of {@link neg}. */
  neg(): Tensor {
    return arithmetic.neg(this)
  }

  /** Method form of {@link abs}. */
  abs(): Tensor {
    return math.abs(this)
  }

  /** Method form of {@link exp}. */
  exp(): Tensor {
    return math.exp(this)
  }

  /** Method form of {@link log}. */
  log(): Tensor {
    return math.log(this)
  }

  /** Method form of {@link sqrt}. */
  sqrt(): Tensor {
    return math.sqrt(this)
  }

  /** Method form of {@link square}. */
  square(): Tensor {
    return math.square(this)
  }

  /** Method form of {@link eq}. */
  eq(b: TensorLike): Tensor {
    return compare.eq(this, b)
  }

  /** Method form of {@link ne}. */
  ne(b: TensorLike): Tensor {
    return compare.ne(this, b)
  }

  /** Method form of {@link lt}. */
  lt(b: TensorLike): Tensor {
    return compare.lt(this, b)
  }

  /** Method form of {@link le}. */
  le(b: TensorLike): Tensor {
    return compare.le(this, b)
  }

  /** Method form of {@link gt}. */
  gt(b: TensorLike): Tensor {
    return compare.gt(this, b)
  }

  /** Method form of {@link ge}. */
  ge(b: TensorLike): Tensor {
    return compare.ge(this, b)
  }

  /** Method form of {@link matmul}. */
  matmul(b: Tensor): Tensor {
    return matmul(this, b)
  }

  /** Method form of {@link sum}. */
  sum(options?: broadcast.CastReduceOptions): Tensor {
    return broadcast.sum(this, options)
  }

  /** Method form of {@link mean}. */
  mean(options?: broadcast.CastReduceOptions): Tensor {
    return reduce.mean(this, options)
  }

  /** Method form of {@link max}. */
  max(options?: broadcast.ReduceOptions): Tensor {
    return reduce.max(this, options)
  }

  /** Method form of {@link min}. */
  min(options?: broadcast.ReduceOptions): Tensor {
    return reduce.min(this, options)
  }

  /** Method form of {@link argmax}. */
  argmax(options?: reduce.ArgOptions): Tensor {
    return reduce.argmax(this, options)
  }

  /** Method form of {@link reshape}. */
  reshape(shape: Shape): Tensor {
    return broadcast.reshape(this, shape)
  }

  /** Method form of {@link permute}. */
  permute(axes: readonly number[]): Tensor {
    return movement.permute(this, axes)
  }

  /** Method form of {@link transpose}. */
  transpose(a?: number, b?: number): Tensor {
    return movement.transpose(this, a, b)
  }

  /** Method form of {@link expand}. */
  expand(shape: Shape): Tensor {
    return broadcast.expand(this, shape)
  }

  /** Method form of {@link unsqueeze}. */
  unsqueeze(axis: number): Tensor {
    return movement.unsqueeze(this, axis)
  }

  /** Method form of {@link squeeze}. */
  squeeze(axis?: number | readonly number[]): Tensor {
    return movement.squeeze(this, axis)
  }

  /** Method form of {@link flatten}. */
  flatten(start?: number, end?: number): Tensor {
    return movement.flatten(this, start, end)
  }

  /** Method form of {@link slice}. */
  slice(start: number, end?: number, options?: slicing.SliceOptions): Tensor {
    return slicing.slice(this, start, end, options)
  }

  /** Method form of {@link select}. */
  select(axis: number, index: number): Tensor {
    return slicing.select(this, axis, index)
  }

  /** Method form of {@link relu}. */
  relu(): Tensor {
    return activations.relu(this)
  }

  /** Method form of {@link sigmoid}. */
  sigmoid(): Tensor {
    return activations.sigmoid(this)
  }

  /** Method form of {@link tanh}. */
  tanh(): Tensor {
    return activations.tanh(this)
  }

  /** Method form of {@link softmax}. */
  softmax(options?: softmax.SoftmaxOptions): Tensor {
    return softmax.softmax(this, options)
  }

  /** Method form of {@link cast}. */
  cast(dtype: DType): Tensor {
    return cast(this, dtype)
  }
}

setMaker((storage, shape, dtype) => new Tensor(storage, shape, dtype))
