import type { Reference } from './kernel.js'

/** Running sum or product along the middle axis, from either end. */
export const scan: Reference<'scan'> = (inputs, outputs, { op, outer, n, inner, reverse }) => {
  const [x] = inputs
  const [y] = outputs
  const whole = x instanceof Int32Array // 32-bit integers wrap
  const first = (reverse ? n - 1 : 0) * inner
  const step = reverse ? -inner : inner
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = op === 'sum' ? 0 : 1
      for (let j = 0, at = o * n * inner + first + i; j < n; j++, at += step) {
        if (op === 'sum') total = whole ? (total + x[at]) | 0 : total + x[at]
        else total = whole ? Math.imul(total, x[at]) : total * x[at]
        y[at] = total
      }
    }
  }
}

/** s_j = b_j + a_j s_{j−1}, or its transpose s_j = b_j + a_{j+1} s_{j+1} */
export const affineScan: Reference<'affineScan'> = (inputs, outputs, { outer, n, inner, reverse }) => {
  const [a, b] = inputs
  const [s] = outputs
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * n * inner + i
      let total = 0
      if (reverse) {
        for (let j = n - 1; j >= 0; j--) {
          const at = start + j * inner
          total = j === n - 1 ? b[at] : b[at] + a[at + inner] * total
          s[at] = total
        }
      } else {
        for (let j = 0; j < n; j++) {
          const at = start + j * inner
          total = j === 0 ? b[at] : b[at] + a[at] * total
          s[at] = total
        }
      }
    }
  }
}
