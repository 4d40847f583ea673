import type { DType } from '../../../dtype.js'
import type { KernelAttrs, KernelName } from '../../kernels.js'
import type { CommandList } from '../commands.js'

/** A kernel call whose buffers have their places in WASM memory. */
export interface PlacedCall<K extends KernelName> {
  /** Byte offsets of the inputs. */
  readonly inputs: readonly number[]
  /** Byte offsets of the outputs. */
  readonly outputs: readonly number[]
  /** Elements of the inputs. */
  readonly inputLengths: readonly number[]
  /** Elements of the outputs. */
  readonly outputLengths: readonly number[]
  readonly inputDTypes: readonly DType[]
  readonly outputDTypes: readonly DType[]
  readonly attrs: KernelAttrs[K]
  /** The attributes of the call of which this one is a part: they tell how far apart rows or channels lie. */
  readonly whole?: KernelAttrs[K]
  /** Which of the things that a call's parts share out this part has: [from, to). */
  readonly range?: readonly [from: number, to: number]
  /** Parts of one call with the same number may run at the same time; the others one after the other. */
  readonly stage?: number
  /** Byte offset of the workspace that all parts share, {@link Encoder.common} bytes; of a whole call it stands first in `scratch`. */
  readonly common?: number
  /** Byte offset of the workspace: {@link Encoder.scratch} bytes, 64-byte aligned. */
  readonly scratch: number
}

/** How one kernel becomes a command. */
export interface Encoder<K extends KernelName> {
  /** Writes the command. */
  encode(list: CommandList, call: PlacedCall<K>): void
  /** Bytes of workspace it needs; none where this is missing. */
  scratch?(attrs: KernelAttrs[K], whole: KernelAttrs[K]): number
  /** Bytes of workspace that the parts of a call share, besides; whole cache lines. */
  common?(attrs: KernelAttrs[K]): number
  /** Whether the kernel exists for inputs of these dtypes; for float32, int32 and bool alike where this is missing. */
  supports?(dtypes: readonly DType[], attrs: KernelAttrs[K]): boolean
}

/** Bytes of an element here. */
export function elementBytes(dtype: DType): number {
  return dtype === 'bool' ? 1 : 4
}

/** Only float32. */
export function float32(dtypes: readonly DType[]): boolean {
  return dtypes[0] === 'float32'
}

/** `words` words, rounded to cache lines. */
export function alignedBytes(words: number): number {
  return (words * 4 + 63) & ~63
}

/** Whether there is a kernel for inputs of these dtypes (of the output, where there is no input). */
export function supported<K extends KernelName>(
  encoder: Encoder<K>,
  dtypes: readonly DType[],
  attrs: KernelAttrs[K],
): boolean {
  for (let i = 0; i < dtypes.length; i++) if (dtypes[i] === 'float64') return false
  return encoder.supports?.(dtypes, attrs) ?? true
}

/** Bytes of workspace that a call needs. */
export function scratchBytes<K extends KernelName>(encoder: Encoder<K>, attrs: KernelAttrs[K]): number {
  return (encoder.common?.(attrs) ?? 0) + partBytes(encoder, attrs, attrs)
}

/** Bytes of workspace that a part of a call needs for itself. */
export function partBytes<K extends KernelName>(
  encoder: Encoder<K>,
  attrs: KernelAttrs[K],
  whole: KernelAttrs[K],
): number {
  return encoder.scratch?.(attrs, whole) ?? 0
}
