import type { TypedArray } from '../../dtype.js'
import type { KernelAttrs, KernelName } from '../kernels.js'

/** A reference kernel: reads the inputs, writes the outputs. */
export type Reference<K extends KernelName> = (
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
  attrs: KernelAttrs[K],
) => void
