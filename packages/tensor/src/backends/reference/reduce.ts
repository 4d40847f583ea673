import type { ReduceOp } from '../kernels.js'
import type { Reference } from './kernel.js'

type Step = (total: number, x: number) => number

/** One more value x joins the total. Floats are collected in double precision, whatever the dtype of x. */
const STEP: { readonly [K in ReduceOp]: Step } = {
  sum: (total, x) => total + x,
  prod: (total, x) => total * x,
  max: Math.max, // NaN wins
  min: Math.min,
  sumSquares: (total, x) => total + x * x,
  any: Math.max, // of 0 and 1
  all: Math.min,
}

/** 32-bit integers wrap. */
const INT_STEP: { readonly [K in ReduceOp]?: Step } = {
  sum: (total, x) => (total + x) | 0,
  prod: Math.imul,
}

/** What an empty axis gives. */
const START: { readonly [K in ReduceOp]: number } = {
  sum: 0,
  prod: 1,
  max: -Infinity,
  min: Infinity,
  sumSquares: 0,
  any: 0,
  all: 1,
}

/** y[o, i] = Σⱼ x[o, j, i], and the like */
export const reduce: Reference<'reduce'> = (inputs, outputs, { op, outer, n, inner }) => {
  const [x] = inputs
  const [y] = outputs
  const step = (x instanceof Int32Array && INT_STEP[op]) || STEP[op]
  if (inner === 1) {
    for (let o = 0; o < outer; o++) {
      let total = START[op]
      for (let j = o * n; j < (o + 1) * n; j++) total = step(total, x[j])
      y[o] = total
    }
    return
  }
  const totals = new Float64Array(inner)
  for (let o = 0; o < outer; o++) {
    totals.fill(START[op])
    for (let j = 0; j < n; j++) {
      const row = (o * n + j) * inner
      for (let i = 0; i < inner; i++) totals[i] = step(totals[i], x[row + i])
    }
    y.set(totals, o * inner)
  }
}

/** y[o, i] = the first j at which x[o, j, i] is largest (smallest), or NaN */
export const argReduce: Reference<'argReduce'> = (inputs, outputs, { op, outer, n, inner }) => {
  const [x] = inputs
  const [y] = outputs
  const sign = op === 'argmax' ? 1 : -1
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const first = o * n * inner + i
      let best = x[first]
      let found = 0
      for (let j = 1; j < n && !Number.isNaN(best); j++) {
        const value = x[first + j * inner]
        if (Number.isNaN(value) || sign * value > sign * best) {
          best = value
          found = j
        }
      }
      y[o * inner + i] = found
    }
  }
}
