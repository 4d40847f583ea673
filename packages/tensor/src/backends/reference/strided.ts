import type { Kernel } from './kernel.js'
import { last, walkRows } from './walk.js'

/** y[i…] = x[offset + Σ i_d · strides_d] */
export const gatherStrided: Kernel<'gatherStrided'> = (inputs, outputs, { shape, strides, offset }) => {
  const [x] = inputs
  const [y] = outputs
  const width = last(shape, 1)
  const step = last(strides, 0)
  walkRows(shape, [strides], [offset], (at, [start]) => {
    for (let i = 0; i < width; i++) y[at + i] = x[start + i * step]
  })
}

/** y[offset + Σ i_d · strides_d] = x[i…] */
export const scatterStrided: Kernel<'scatterStrided'> = (inputs, outputs, { shape, strides, offset }) => {
  const [x] = inputs
  const [y] = outputs
  const width = last(shape, 1)
  const step = last(strides, 0)
  walkRows(shape, [strides], [offset], (at, [start]) => {
    for (let i = 0; i < width; i++) y[start + i * step] = x[at + i]
  })
}
