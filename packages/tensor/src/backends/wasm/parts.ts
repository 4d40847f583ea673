import type { AnyKernel } from '../kernel.js'
import type { KernelName } from '../kernels.js'
import { type PlacedCall, partBytes, scratchBytes } from './encoders/call.js'

/** Shares of one call at most: enough for the cores of most machines, few enough to cost nothing. */
export const MOST = 16

/** A call of some kernel, as it is handed on. */
export type AnyCall = PlacedCall<KernelName>

/** Cuts a call into calls that can run at the same time (`cuts.ts`, which comes with the threads). */
export type Cut = (kernel: KernelName, call: AnyCall) => readonly AnyCall[]

/** A call in parts, in the order in which one thread would run them. */
export interface Parts {
  readonly kernel: AnyKernel
  readonly calls: readonly AnyCall[]
  /** How many of them may run at the same time, one group after the other. */
  readonly shares: readonly number[]
  /** Bytes of workspace that they need together. */
  readonly bytes: number
}

/**
 * Cuts a call where threads may share it.
 *
 * @param kernel - its kernel
 * @param call - the call, its operands placed
 * @param cut - how, where there is anybody to share with
 */
export function partsOf(kernel: AnyKernel, call: AnyCall, cut: Cut | undefined): Parts {
  const calls = cut ? cut(kernel.name, call) : [call]
  const shares: number[] = []
  let stage = -1
  for (const part of calls) {
    if ((part.stage ?? 0) === stage) shares[shares.length - 1]!++
    else shares.push(1)
    stage = part.stage ?? 0
  }
  if (calls.length === 1) return { kernel, calls, shares, bytes: scratchBytes(kernel.wasm, call.attrs) }
  const own = calls.reduce((sum, part) => sum + ownBytes(kernel, part), 0)
  return { kernel, calls, shares, bytes: commonBytes(kernel, call) + own }
}

/**
 * The same with a workspace: what parts share at its begin, then what each has of its own.
 *
 * @param parts - the parts
 * @param scratch - byte offset of {@link Parts.bytes} bytes
 */
export function* placed({ kernel, calls }: Parts, scratch: number): Generator<AnyCall> {
  if (calls.length === 1) {
    yield { ...calls[0]!, scratch }
    return
  }
  let at = scratch + commonBytes(kernel, calls[0]!)
  for (const part of calls) {
    yield { ...part, common: scratch, scratch: at }
    at += ownBytes(kernel, part)
  }
}

function ownBytes(kernel: AnyKernel, { attrs, whole = attrs }: AnyCall): number {
  return aligned(partBytes(kernel.wasm, attrs, whole))
}

function commonBytes(kernel: AnyKernel, { attrs, whole = attrs }: AnyCall): number {
  return kernel.wasm.common?.(whole) ?? 0
}

function aligned(bytes: number): number {
  return (bytes + 63) & ~63
}
