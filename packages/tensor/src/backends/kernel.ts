import type { TypedArray } from '../dtype.js'
import type { KernelAttrs, KernelName } from './kernels.js'
import type { Encoder } from './wasm/encoders/call.js'
import type { Family } from './wasm/engine.js'

/**
 * A kernel is a value, which brings along what runs it on every backend. Ops import those that they use (`catalog/`), so
 * that a bundler leaves out the kernels which no op of a program uses, with their code.
 */
export interface Kernel<K extends KernelName> {
  readonly name: K
  /** The definition of right: reads the inputs, writes the outputs. */
  reference(inputs: readonly TypedArray[], outputs: readonly TypedArray[], attrs: KernelAttrs[K]): void
  /** How a call becomes a command of the wasm backend. */
  readonly wasm: Encoder<K>
  /** Which of the wasm modules runs it. */
  readonly family: Family
}

/** Any kernel. */
export type AnyKernel = Kernel<KernelName>
