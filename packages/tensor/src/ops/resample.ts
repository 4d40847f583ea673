import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { TYPED } from '../dtype.js'
import { makeTensor } from '../make.js'
import { type Shape, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { run } from './run.js'

/** How an axis of n values becomes one of m: each new value is a weighted sum of `taps` old ones. */
export interface Resampling {
  readonly taps: number
  /** [m · taps] */
  readonly index: readonly number[]
  /** [m · taps]; 1 everywhere where this is missing. */
  readonly weight?: readonly number[]
}

/** Makes another axis of axis `axis`: yᵢ = Σₜ weight[i, t] · x[index[i, t]]. */
export function resampleAxis(x: Tensor, axis: number, { taps, index, weight }: Resampling): Tensor {
  const m = index.length / taps
  const place = (values: readonly number[], dtype: 'int32' | 'float32' | 'float64') =>
    makeTensor(x.backend.adopt(TYPED[dtype].from(values), dtype), [m, taps])
  const table = place(index, 'int32')
  const weights = place(weight ?? index.map(() => 1), x.dtype === 'float64' ? 'float64' : 'float32')
  return mix(x, axis, table, weights)
}

function sizes(shape: Shape, axis: number) {
  return { outer: sizeOf(shape.slice(0, axis)), inner: sizeOf(shape.slice(axis + 1)) }
}

function mix(x: Tensor, axis: number, index: Tensor, weight: Tensor): Tensor {
  const [m, taps] = index.shape as [number, number]
  const n = x.shape[axis]!
  const shape = x.shape.map((size, i) => (i === axis ? m : size))
  const y = run(kernels.resample, [x, index, weight], shape, x.dtype, { ...sizes(shape, axis), n, m, taps })
  if (!wantsGrad(x)) return y
  return track('resample', y, [index, weight], [x, (g) => unmix(g, axis, n, index, weight)])
}

function unmix(g: Tensor, axis: number, n: number, index: Tensor, weight: Tensor): Tensor {
  const [m, taps] = index.shape as [number, number]
  const shape = g.shape.map((size, i) => (i === axis ? n : size))
  const x = run(kernels.resampleGrad, [g, index, weight], shape, g.dtype, {
    ...sizes(shape, axis),
    n,
    m,
    taps,
  })
  if (!wantsGrad(g)) return x
  return track('resampleGrad', x, [index, weight], [g, (h) => mix(h, axis, index, weight)])
}
