import {
  cat,
  DTypeError,
  full,
  ge,
  logicalNot,
  reshape,
  ShapeError,
  type Tensor,
  tensor,
  where,
} from '@core/tensor'
import { checkTensors, show } from '@core/tensor/extend'

/** The masks of one call of attention, as its caller gave them. */
export interface Masks {
  /** [queries, keys] or [batch · heads, queries, keys]; bool: true where a query may not look; float: added to the scores. */
  readonly attnMask?: Tensor | undefined
  /** [batch, keys]; bool: true for keys that are padding; float: added to the scores. */
  readonly keyPaddingMask?: Tensor | undefined
  /** Whether query i sees keys 0 … i only. */
  readonly isCausal?: boolean
}

/** Sizes of one call of attention. */
export interface Sizes {
  readonly batch: number
  readonly heads: number
  readonly queries: number
  readonly keys: number
  /** Keys that were added behind, which everybody may look at. */
  readonly extra: number
}

/** One mask out of all: true where a query may look, or what is added to the scores; undefined where there is none. */
export function joinMasks(op: string, like: Tensor, masks: Masks, sizes: Sizes): Tensor | undefined {
  const { attnMask, keyPaddingMask, isCausal } = masks
  const { batch, heads, queries, keys } = sizes
  const parts: Tensor[] = []
  if (attnMask) {
    checkMask(op, like, attnMask, 'attnMask', [
      [queries, keys],
      [batch * heads, queries, keys],
    ])
    const shape = attnMask.rank === 2 ? [1, 1, queries, keys] : [batch, heads, queries, keys]
    parts.push(open(reshape(attnMask, shape)))
  }
  if (keyPaddingMask) {
    checkMask(op, like, keyPaddingMask, 'keyPaddingMask', [[batch, keys]])
    parts.push(open(reshape(keyPaddingMask, [batch, 1, 1, keys])))
  }
  if (isCausal)
    parts.push(
      reshape(ge(count(like, queries, [queries, 1]), count(like, keys, [keys])), [1, 1, queries, keys]),
    )
  const joined = parts.reduce<Tensor | undefined>((a, b) => (a ? both(a, b) : b), undefined)
  return joined && sizes.extra > 0 ? widen(joined, sizes.extra) : joined
}

function checkMask(op: string, like: Tensor, mask: Tensor, role: string, shapes: number[][]): void {
  checkTensors(op, [like, mask], ['the query', role])
  if (mask.dtype !== 'bool' && mask.dtype !== like.dtype)
    throw new DTypeError(`${op}: ${role} must be bool or ${like.dtype}, got ${mask.dtype}`)
  if (!shapes.some((shape) => show(shape) === show(mask.shape)))
    throw new ShapeError(
      `${op}: ${role} has shape ${show(mask.shape)}; it must be ${shapes.map(show).join(' or ')}`,
    )
}

/** The layer's masks say where not to look; from here on they say where to. */
function open(mask: Tensor): Tensor {
  return mask.dtype === 'bool' ? logicalNot(mask) : mask
}

function count(like: Tensor, n: number, shape: number[]): Tensor {
  return tensor(
    Int32Array.from({ length: n }, (_, i) => i),
    { shape, backend: like.backend },
  )
}

/** Both masks at once; one of them may be float. */
function both(a: Tensor, b: Tensor): Tensor {
  if (a.dtype === 'bool' && b.dtype === 'bool')
    return where(a, b, full([], 0, { dtype: 'bool', backend: a.backend }))
  if (a.dtype === 'bool') return where(a, b, -Infinity)
  return b.dtype === 'bool' ? where(b, a, -Infinity) : a.add(b)
}

function widen(mask: Tensor, extra: number): Tensor {
  const { dtype, backend } = mask
  const shape = [...mask.shape.slice(0, -1), extra]
  return cat([mask, full(shape, dtype === 'bool' ? 1 : 0, { dtype, backend })], -1)
}
