import * as kernels from '../backends/catalog/index.js'
import { collapse, type Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { run } from './run.js'

/** Reads `x` with strides into a new tensor; without a place on the tape. */
export function gather(x: Tensor, shape: Shape, strides: readonly number[], offset = 0): Tensor {
  const walked = collapse(shape, [strides])
  return run(kernels.gatherStrided, [x], shape, x.dtype, {
    shape: walked.shape,
    strides: walked.strides[0]!,
    offset,
  })
}
