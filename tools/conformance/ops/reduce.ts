import {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  cumprod,
  cumsum,
  logsumexp,
  max,
  maxWithIndices,
  mean,
  median,
  medianWithIndices,
  min,
  minWithIndices,
  norm,
  prod,
  std,
  sum,
  type Tensor,
  type ValuesAndIndices,
  variance,
  vectorNorm,
} from '@core/tensor'
import { type OpAdapter, op } from '../adapters.ts'
import type { Args } from '../args.ts'

interface Reduction {
  axis?: number | number[]
  keepDim?: boolean
}

/** PyTorch lets a single number have a dimension 0, too; reducing it is reducing all there is. */
function over(a: Args, x: Tensor): Reduction {
  const { axis, ...rest } = a.reduction()
  return x.rank === 0 || axis === undefined ? rest : { axis, ...rest }
}

/** The dtype to compute in. That of floats is the backend's: cases are computed in float64 and compared in either. */
function inDType(a: Args, x: Tensor): { dtype?: 'int32' } {
  const dtype = a.has('dtype') ? a.string('dtype') : ''
  if (dtype === '' || (dtype.includes('float') && isFloat(x))) return {}
  if (/int/.test(dtype)) return { dtype: 'int32' }
  throw a.unsupported(`dtype: ${dtype}`)
}

function isFloat(x: Tensor): boolean {
  return x.dtype === 'float32' || x.dtype === 'float64'
}

function castReduction(f: (x: Tensor, options: Reduction & { dtype?: 'int32' }) => Tensor): OpAdapter {
  return op('input dim keepdim', (a) => {
    const x = a.tensor('input')
    return f(x, { ...over(a, x), ...inDType(a, x) })
  })
}

function scan(f: (x: Tensor, axis: number, options: { dtype?: 'int32' }) => Tensor): OpAdapter {
  return op('input dim', (a) => {
    const x = a.tensor('input')
    return f(x, a.number('dim'), inDType(a, x))
  })
}

function reduction(f: (x: Tensor, options: Reduction) => Tensor): OpAdapter {
  return op('input dim keepdim', (a) => {
    const x = a.tensor('input')
    return f(x, over(a, x))
  })
}

function argReduction(f: (x: Tensor, options: { axis?: number; keepDim?: boolean }) => Tensor): OpAdapter {
  return op('input dim keepdim', (a) => {
    const x = a.tensor('input')
    const axis = a.numberOr('dim')
    return f(x, { ...(axis === undefined || x.rank === 0 ? {} : { axis }), keepDim: a.boolean('keepdim') })
  })
}

type WithIndices = (x: Tensor, axis: number, options: { keepDim?: boolean }) => ValuesAndIndices

function chosen(f: WithIndices, whole: (x: Tensor) => Tensor): OpAdapter {
  return op('input dim keepdim', (a) => {
    const x = a.tensor('input')
    if (!a.has('dim')) return whole(x)
    const { values, indices } = f(x, a.number('dim'), { keepDim: a.boolean('keepdim') })
    return [values, indices]
  })
}

function spread(f: typeof std): OpAdapter {
  return op('input dim', (a) => {
    const x = a.tensor('input')
    const unbiased = a.boolean('unbiased', true)
    const correction = a.numberOr('correction') ?? (unbiased ? 1 : 0)
    return f(x, { ...over(a, x), correction })
  })
}

/** Orders of norms come as numbers or as the names of norms. */
function order(a: Args, name: string): number | 'fro' | undefined {
  const p = a.value(name)
  if (p === undefined || typeof p === 'number' || p === 'fro') return p
  const value = typeof p === 'string' ? Number(p === 'inf' ? Infinity : p === '-inf' ? -Infinity : p) : NaN
  if (Number.isNaN(value)) throw a.unsupported(`${name}: ${String(p)}`)
  return value
}

const NORM = op('input p dim keepdim', (a) => {
  const x = a.tensor('input')
  return norm(x, order(a, 'p') ?? 'fro', over(a, x))
})

/** Reductions and running reductions. */
export const REDUCE: Readonly<Record<string, OpAdapter>> = {
  all: reduction(all),
  amax: reduction(amax),
  amin: reduction(amin),
  any: reduction(any),
  argmax: argReduction(argmax),
  argmin: argReduction(argmin),
  cumprod: scan(cumprod),
  cumsum: scan(cumsum),
  'linalg.vector_norm': op('input ord dim keepdim', (a) => {
    const x = a.tensor('input')
    const p = order(a, 'ord') ?? 2
    if (p === 'fro') throw a.unsupported("ord: 'fro'")
    return vectorNorm(x, p, over(a, x))
  }),
  logsumexp: reduction(logsumexp),
  'max.reduction_no_dim': op('input', (a) => max(a.tensor('input'))),
  'max.reduction_with_dim': chosen(maxWithIndices, max),
  mean: castReduction(mean),
  median: chosen(medianWithIndices, median),
  'min.reduction_no_dim': op('input', (a) => min(a.tensor('input'))),
  'min.reduction_with_dim': chosen(minWithIndices, min),
  norm: NORM,
  'norm.fro': NORM,
  'norm.inf': NORM,
  prod: castReduction(prod),
  std: spread(std),
  sum: castReduction(sum),
  var: spread(variance),
}
