import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { collapse, type Shape, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { execute, filled } from './run.js'
import { part } from './slicing.js'
import { gather } from './strided.js'

/** The corner block of this size, from index 0 on in every dimension. */
export function block(x: Tensor, size: Shape): Tensor {
  return part(x, size, stridesOf(x.shape), 0)
}

/** x with its corner block replaced. */
export function withBlock(x: Tensor, inner: Tensor): Tensor {
  const strides = stridesOf(x.shape)
  const y = gather(x, x.shape, strides)
  const walked = collapse(inner.shape, [strides])
  execute(kernels.scatterStrided, [inner], [y], {
    shape: walked.shape,
    strides: walked.strides[0]!,
    offset: 0,
  })
  if (!wantsGrad(x, inner)) return y
  const zeros = (g: Tensor) => filled(0, inner.shape, g.dtype, g.backend)
  return track('withBlock', y, [], [x, (g) => withBlock(g, zeros(g))], [inner, (g) => block(g, inner.shape)])
}
