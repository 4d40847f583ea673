import type { KernelName } from '../kernels.js'
import { cut } from './cuts.js'
import { encoders, type PlacedCall, partBytes, scratchBytes } from './encoders/index.js'

/** A call of some kernel, as it is handed on. */
export type AnyCall = PlacedCall<KernelName>

/** A call in parts, in the order in which one thread would run them. */
export interface Parts {
  readonly kernel: KernelName
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
 * @param many - whether there is anybody to share with
 */
export function partsOf(kernel: KernelName, call: AnyCall, many: boolean): Parts {
  const calls = many ? (cut(kernel, call as PlacedCall<never>) as readonly AnyCall[]) : [call]
  const shares: number[] = []
  let stage = -1
  for (const part of calls) {
    if ((part.stage ?? 0) === stage) shares[shares.length - 1]!++
    else shares.push(1)
    stage = part.stage ?? 0
  }
  if (calls.length === 1) return { kernel, calls, shares, bytes: scratchBytes(kernel, call.attrs) }
  const own = calls.reduce((sum, part) => sum + ownBytes(kernel, part), 0)
  return { kernel, calls, shares, bytes: commonBytes(kernel, call) + own }
}

/**
 * The same with a workspace: what parts share at its begin, then what each has of its own.
 *
 * @param parts - the parts
 * @param scratch - byte offset of {@link Parts.bytes} bytes
 */
export function* placed({ kernel, calls }: Parts, scratch: number): Generator<PlacedCall<never>> {
  if (calls.length === 1) {
    yield { ...calls[0]!, scratch } as PlacedCall<never>
    return
  }
  let at = scratch + commonBytes(kernel, calls[0]!)
  for (const part of calls) {
    yield { ...part, common: scratch, scratch: at } as PlacedCall<never>
    at += ownBytes(kernel, part)
  }
}

function ownBytes(kernel: KernelName, { attrs, whole = attrs }: AnyCall): number {
  return aligned(partBytes(kernel, attrs, whole))
}

function commonBytes(kernel: KernelName, { attrs, whole = attrs }: AnyCall): number {
  return encoders[kernel].common?.(whole as never) ?? 0
}

function aligned(bytes: number): number {
  return (bytes + 63) & ~63
}
