import { BINARY, COMPARE, INT_BINARY, INT_UNARY, UNARY } from './functions.js'
import type { Reference } from './kernel.js'
import { last, walkRows } from './walk.js'

/** y = f(x) */
export const unary: Reference<'unary'> = (inputs, outputs, { op }) => {
  const [x] = inputs
  const [y] = outputs
  const f = (x instanceof Int32Array && INT_UNARY[op]) || UNARY[op]
  for (let i = 0; i < y.length; i++) y[i] = f(x[i])
}

/** y = f(a, b), broadcast */
export const binary: Reference<'binary'> = (inputs, outputs, { op, shape, aStrides, bStrides }) => {
  const [a, b] = inputs
  const [y] = outputs
  const f = (a instanceof Int32Array && INT_BINARY[op]) || BINARY[op]
  const width = last(shape, 1)
  const aStep = last(aStrides, 0)
  const bStep = last(bStrides, 0)
  walkRows(shape, [aStrides, bStrides], [0, 0], (at, starts) => {
    const [aStart, bStart] = starts
    for (let i = 0; i < width; i++) {
      y[at + i] = f(a[aStart + i * aStep], b[bStart + i * bStep])
    }
  })
}

/** y = a ⋛ b, broadcast */
export const compare: Reference<'compare'> = (inputs, outputs, { op, shape, aStrides, bStrides }) => {
  const [a, b] = inputs
  const [y] = outputs
  const holds = COMPARE[op]
  const width = last(shape, 1)
  const aStep = last(aStrides, 0)
  const bStep = last(bStrides, 0)
  walkRows(shape, [aStrides, bStrides], [0, 0], (at, starts) => {
    const [aStart, bStart] = starts
    for (let i = 0; i < width; i++) {
      y[at + i] = holds(a[aStart + i * aStep], b[bStart + i * bStep]) ? 1 : 0
    }
  })
}

/** y = c ? a : b, broadcast */
export const where: Reference<'where'> = (inputs, outputs, { shape, cStrides, aStrides, bStrides }) => {
  const [c, a, b] = inputs
  const [y] = outputs
  const width = last(shape, 1)
  const cStep = last(cStrides, 0)
  const aStep = last(aStrides, 0)
  const bStep = last(bStrides, 0)
  walkRows(shape, [cStrides, aStrides, bStrides], [0, 0, 0], (at, starts) => {
    const [cStart, aStart, bStart] = starts
    for (let i = 0; i < width; i++) {
      y[at + i] = c[cStart + i * cStep] !== 0 ? a[aStart + i * aStep] : b[bStart + i * bStep]
    }
  })
}
