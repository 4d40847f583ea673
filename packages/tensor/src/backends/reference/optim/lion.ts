import type { Reference } from '../kernel.js'

/**
 * d = sign · grad
 * p −= lr · sign(keep1 · m + fresh1 · d) + shrink · p
 * m = keep2 · m + fresh2 · d
 */
export const lion: Reference<'lion'> = (inputs, outputs) => {
  const [grad, numbers] = inputs
  const [p, m] = outputs
  const [sign, shrink, keep1, fresh1, keep2, fresh2, lr] = numbers
  for (let i = 0; i < p.length; i++) {
    const d = sign * grad[i]
    p[i] -= lr * Math.sign(keep1 * m[i] + fresh1 * d) + shrink * p[i]
    m[i] = keep2 * m[i] + fresh2 * d
  }
}
