import type { Kernel } from '../backends/kernel.js'
import type { KernelAttrs, KernelName } from '../backends/kernels.js'
import type { DType, TypedArray } from '../dtype.js'
import type { Shape } from '../shape.js'
import type { Storage } from '../storage.js'
import type { Tensor } from '../tensor.js'

/** Where a value of a recorded step comes from. */
export type Source =
  /** An argument of the step, by number. */
  | { readonly kind: 'argument'; readonly index: number }
  /** A parameter, buffer or optimizer state: read and written where it lives. */
  | { readonly kind: 'state'; readonly storage: Storage }
  /** The gradient that a leaf had collected before the step. */
  | { readonly kind: 'gradient'; readonly leaf: Tensor }
  /** Numbers that are the same in every step. */
  | { readonly kind: 'constant'; readonly values: TypedArray }
  /** Numbers that are computed anew for every step: hyperparameters, where a random stream is. */
  | { readonly kind: 'live'; readonly read: () => TypedArray }
  /** Made and used up within the step. */
  | { readonly kind: 'temporary' }

/** A value of a recorded step; calls refer to it by its place in {@link Recording.values}. */
export interface Value {
  readonly dtype: DType
  readonly length: number
  readonly source: Source
}

/** A kernel call of a recorded step, its buffers by number. */
export interface Call<K extends KernelName = KernelName> {
  readonly kernel: Kernel<K>
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly attrs: KernelAttrs[K]
}

/** What a step gave back, in the structure in which it did. */
export type Result =
  | { readonly kind: 'tensor'; readonly value: number; readonly shape: Shape }
  /** One of the leaves itself. */
  | { readonly kind: 'same'; readonly tensor: Tensor }
  | { readonly kind: 'list'; readonly items: readonly Result[] }
  | { readonly kind: 'object'; readonly items: readonly (readonly [string, Result])[] }
  | { readonly kind: 'nothing'; readonly value: null | undefined }

/** Something that must be as it was, or the recording does not hold. */
export interface Guard {
  readonly read: () => unknown
  readonly value: unknown
}

/** The same for what was learned from the values of arguments. */
export interface ArgumentGuard {
  readonly arguments: readonly number[]
  readonly read: (...values: TypedArray[]) => unknown
  readonly value: unknown
}

/** The gradient of a leaf after the step: a value, or none. */
export interface LeafGradient {
  readonly leaf: Tensor
  readonly value: number | null
}

/** A step as it was run once: kernel calls over numbered values, and what must happen around them. */
export interface Recording {
  readonly values: readonly Value[]
  readonly calls: readonly Call[]
  /** Run before each replay, in this order: side effects, and the reading of live values (by number). */
  readonly before: readonly ((() => void) | number)[]
  readonly guards: readonly Guard[]
  readonly argumentGuards: readonly ArgumentGuard[]
  readonly gradients: readonly LeafGradient[]
  readonly result: Result
  /** Whether all state that it uses was there when it began; a first step makes optimizer state, say. */
  readonly settled: boolean
}
