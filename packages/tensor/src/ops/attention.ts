import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { makeTensor } from '../make.js'
import { checkNumber, checkOptions } from '../options.js'
import type { Generator } from '../random.js'
import { broadcastShapes, sameShape, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { any } from './anyAll.js'
import { add, mul } from './arithmetic.js'
import { expand, reshape } from './broadcast.js'
import { ge, ne, where } from './compare.js'
import { dropout } from './dropout.js'
import { matmul, product } from './matmul.js'
import { transpose } from './movement.js'
import { max } from './reduce.js'
import { checkFloat, checkSameDType, checkTensors, filled } from './run.js'
import { softmax } from './softmax.js'

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions {
  /** [..., queries, keys], broadcast: bool, true where a query may look; or float, added to the scores. */
  attnMask?: Tensor | undefined
  /** Probability with which a weight is dropped; always, so leave it out at evaluation. Default 0. */
  dropoutP?: number
  /** Whether query i sees keys 0 … i only. Default false. */
  isCausal?: boolean
  /** What scores are multiplied by. Default $1/\sqrt{\text{features}}$. */
  scale?: number | undefined
  /** Whether several query heads share a head of keys and values, dimension −3. Default false. */
  enableGqa?: boolean
  /** Where dropout's random numbers come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator | undefined
}

/** What {@link attention} gives. */
export interface Attention {
  /** [..., queries, values' features]. */
  output: Tensor
  /** Each query's weights, [..., queries, keys]. */
  weights: Tensor
}

function check(op: string, query: Tensor, key: Tensor, value: Tensor, gqa: boolean): void {
  const roles = ['the query', 'the key', 'the value']
  const all = [query, key, value]
  checkTensors(op, all, roles)
  all.forEach((t, i) => {
    checkFloat(op, t, roles[i])
    checkSameDType(op, query, t, 'the query', roles[i]!)
  })
  const shapes = all.map((t) => show(t.shape)).join(', ')
  const [e, k] = [query, key].map((t) => t.shape[t.rank - 1])
  const [s, v] = [key, value].map((t) => t.shape[t.rank - 2])
  if (all.some((t) => t.rank < 2) || e !== k || s !== v)
    throw new ShapeError(
      `${op}: query, key, value ${shapes} do not fit: [..., queries, features], [..., keys, features] and [..., keys, any] are needed`,
    )
  const [hq, hk, hv] = all.map((t) => t.shape[t.rank - 3])
  if (gqa && (!hq || !hk || hk !== hv || hq % hk !== 0))
    throw new ShapeError(
      `${op}: with enableGqa the query heads (dimension −3) must be a multiple of those of key and value, which are equal; got ${shapes}`,
    )
}

/** Heads of keys or values repeated for the query heads that share them. */
function repeatHeads(x: Tensor, heads: number): Tensor {
  const own = x.shape[x.rank - 3]!
  if (own === heads) return x
  const lead = x.shape.slice(0, -3)
  const size = x.shape.slice(-2)
  const spread = expand(reshape(x, [...lead, own, 1, ...size]), [...lead, own, heads / own, ...size])
  return reshape(spread, [...lead, heads, ...size])
}

/** query · keyᵀ, without a transposed copy where there is one key for each query. */
function scoresOf(query: Tensor, key: Tensor): Tensor {
  const lead = query.shape.slice(0, -2)
  if (!sameShape(lead, key.shape.slice(0, -2))) return matmul(query, transpose(key))
  const stacked = (t: Tensor) => reshape(t, [sizeOf(lead), ...t.shape.slice(-2)])
  const y = product(stacked(query), stacked(key), { a: false, b: true })
  return reshape(y, [...lead, query.shape[query.rank - 2]!, key.shape[key.rank - 2]!])
}

function causal(like: Tensor, queries: number, keys: number): Tensor {
  const count = (n: number, shape: number[]) =>
    makeTensor(
      like.backend.adopt(
        Int32Array.from({ length: n }, (_, i) => i),
        'int32',
      ),
      shape,
    )
  return ge(count(queries, [queries, 1]), count(keys, [keys]))
}

/** Scores with a mask, and which rows it leaves anything of: a row without is not masked, its result is 0. */
function masked(op: string, scores: Tensor, mask: Tensor): [Tensor, Tensor] {
  checkTensors(op, [scores, mask], ['the query', 'attnMask'])
  if (mask.dtype !== 'bool' && mask.dtype !== scores.dtype)
    throw new DTypeError(
      `${op}: attnMask ${show(mask.shape)} must be bool or ${scores.dtype}, got ${mask.dtype}`,
    )
  if (mask.rank < 1 || !sameShape(broadcastShapes(op, mask.shape, scores.shape), scores.shape))
    throw new ShapeError(
      `${op}: attnMask ${show(mask.shape)} must broadcast to [..., queries, keys] = ${show(scores.shape)}`,
    )
  const over = { axis: -1, keepDim: true }
  if (mask.dtype !== 'bool') {
    const open =
      mask.shape[mask.rank - 1] === 0 ? any(ne(mask, mask), over) : ne(max(mask.detach(), over), -Infinity)
    return [add(scores, where(open, mask, 0)), open]
  }
  const open = any(mask, over)
  const seen = where(open, mask, filled(1, [], 'bool', mask.backend))
  return [where(seen, scores, -Infinity), open]
}

/**
 * Scaled dot-product attention that gives its weights, too; the building block of attention layers.
 *
 * @param op - who asks, for messages
 * @param query - [..., queries, features]
 * @param key - [..., keys, features]
 * @param value - [..., keys, any]
 * @param options - those of `scaledDotProductAttention`
 * @returns output and weights
 * @throws ShapeError, DTypeError or OptionError where inputs do not fit
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { attention } from '@core/tensor/extend'
 * const x = tensor([[1, 0], [1, 0]])
 * attention('mine', x, x, x).weights.toArraySync() // => [[0.5, 0.5], [0.5, 0.5]]
 * ```
 */
export function attention(
  op: string,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Attention {
  const { attnMask, dropoutP: p = 0, scale, generator } = options
  const { isCausal = false, enableGqa = false } = checkOptions(
    op,
    options,
    ['attnMask', 'dropoutP', 'scale', 'generator'],
    ['isCausal', 'enableGqa'],
  )
  check(op, query, key, value, enableGqa)
  checkNumber(op, 'dropoutP', p, 0, 1)
  if (scale !== undefined) checkNumber(op, 'scale', scale, -Infinity, Infinity, 'both')
  if (isCausal && attnMask)
    throw new OptionError(`${op}: isCausal is a mask of its own; leave attnMask out, or build both into it`)
  const heads = query.shape[query.rank - 3]!
  const [k, v] = enableGqa ? [repeatHeads(key, heads), repeatHeads(value, heads)] : [key, value]
  const factor = scale ?? 1 / Math.sqrt(query.shape[query.rank - 1]!)
  const plain = scoresOf(mul(query, factor), k)
  const [queries, keys] = plain.shape.slice(-2) as [number, number]
  const mask = isCausal ? causal(query, queries, keys) : attnMask
  const [scores, open] = mask ? masked(op, plain, mask) : [plain, undefined]
  const sure = softmax(scores)
  const weights = p === 0 ? sure : dropout(sure, { p, ...(generator ? { generator } : {}) })
  const zeroed = open && attnMask ? where(open, weights, 0) : weights
  return { output: matmul(zeroed, v), weights: zeroed }
}

/**
 * Scaled dot-product attention (Vaswani et al., 2017): every query takes a mean of the values, weighted by how well it
 * fits their keys: $Y = \mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}} + M\right) V$. A query that may look nowhere gives 0.
 *
 * @param query - a float tensor [..., queries, features]
 * @param key - [..., keys, features]; leading dimensions broadcast
 * @param value - [..., keys, any]
 * @param options - `attnMask`, `dropoutP` (0), `isCausal` (false), `scale`, `enableGqa` (false), `generator`
 * @returns [..., queries, any]
 * @throws ShapeError, DTypeError or OptionError where inputs do not fit
 * @example
 * ```ts
 * import { scaledDotProductAttention, tensor } from '@core/tensor'
 * const x = tensor([[1, 0], [1, 0]])
 * scaledDotProductAttention(x, x, tensor([[2], [4]])).toArraySync() // => [[3], [3]]
 * scaledDotProductAttention(x, x, tensor([[2], [4]]), { isCausal: true }).toArraySync() // => [[2], [3]]
 * ```
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  return attention('scaledDotProductAttention', query, key, value, options).output
}
