import type { Reference } from './kernel.js'
import { last, walkRows } from './walk.js'

/** y[i…] = x[offset + Σ i_d · strides_d] */
export const gatherStrided: Reference<'gatherStrided'> = (inputs, outputs, { shape, strides, offset }) => {
  const [x] = inputs
  const [y] = outputs
  const width = last(shape, 1)
  const step = last(strides, 0)
  walkRows(shape, [strides], [offset], (at, [start]) => {
    for (let i = 0; i < width; i++) y[at + i] = x[start + i * step]
  })
}

/** y[offset + Σ i_d · strides_d] = x[i…] */
export const scatterStrided: Reference<'scatterStrided'> = (inputs, outputs, { shape, strides, offset }) => {
  const [x] = inputs
  const [y] = outputs
  const width = last(shape, 1)
  const step = last(strides, 0)
  walkRows(shape, [strides], [offset], (at, [start]) => {
    for (let i = 0; i < width; i++) y[start + i * step] = x[at + i]
  })
}
