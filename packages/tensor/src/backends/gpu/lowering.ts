import type { DType } from '../../dtype.js'
import type { KernelAttrs, KernelName } from '../kernels.js'
import type { Source } from './source.js'

/** Numbers on the device. Kernels see whole numbers and masks as floats, too. */
export interface Numbers {
  readonly length: number
}

/** A kernel call on the device. */
export interface DeviceCall<K extends KernelName> {
  /** Inputs; then, for kernels that change their outputs in place, those. A buffer without numbers is never launched with. */
  readonly inputs: readonly Numbers[]
  readonly inputDTypes: readonly DType[]
  /** Of kernels that change their outputs in place: what these hold. Else empty. */
  readonly before: readonly Numbers[]
  readonly outputLengths: readonly number[]
  readonly outputDTypes: readonly DType[]
  readonly attrs: KernelAttrs[K]
}

/** One launch: `size` numbers, each computed by a thread of its own from the arguments, in the order of the parameters. */
export type Launch = (source: Source, size: number, args: readonly (Numbers | number)[]) => Numbers

/**
 * How one kernel becomes launches. Gives its outputs, each a buffer of its own that one of the launches made (no input, and none twice);
 * what else was launched is freed. Outputs of length 0 are never looked at, but must have a place in the list: `null`. Where all outputs are empty it is not called.
 */
export type Lowering<K extends KernelName> = (
  call: DeviceCall<K>,
  launch: Launch,
) => readonly (Numbers | null)[]
