import type { Reference } from '../kernel.js'

/**
 * d = sign · grad + weightDecay · p
 * m = keep1 · m + fresh1 · d
 * v = keep2 · v + fresh2 · d², s = scale · √v + eps, with the largest v so far for AMSGrad;
 * for the infinity norm v = max(keep2 · v, |d| + eps), s = v
 * p −= (mStep · m + gStep · d) / s + shrink · p
 */
export const adam: Reference<'adam'> = (inputs, outputs, { amsgrad, infinity }) => {
  const [grad, numbers] = inputs
  const [p, m, v] = outputs
  const largest = amsgrad ? outputs[3] : undefined
  const [sign, weightDecay, shrink, keep1, fresh1, keep2, fresh2, scale, eps, mStep, gStep] = numbers
  for (let i = 0; i < p.length; i++) {
    const d = sign * grad[i] + weightDecay * p[i]
    const mean = keep1 * m[i] + fresh1 * d
    let size = infinity ? Math.max(keep2 * v[i], Math.abs(d) + eps) : keep2 * v[i] + fresh2 * d * d
    m[i] = mean
    v[i] = size
    if (largest) {
      size = Math.max(largest[i], size)
      largest[i] = size
    }
    const s = infinity ? size : scale * Math.sqrt(size) + eps
    p[i] -= (mStep * mean + gStep * d) / s + shrink * p[i]
  }
}
