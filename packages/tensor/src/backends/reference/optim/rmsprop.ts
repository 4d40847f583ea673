import type { Reference } from '../kernel.js'

/**
 * d = sign · grad + weightDecay · p
 * v = keep · v + fresh · d², centred a = keep · a + fresh · d
 * s = √v + eps, centred √max(v − a², 0) + eps
 * p −= lr · d / s, with momentum b = momentum · b + d / s, p −= lr · b
 */
export const rmsprop: Reference<'rmsprop'> = (inputs, outputs, { centered, momentum }) => {
  const [grad, numbers] = inputs
  const [p, v] = outputs
  const a = centered ? outputs[2] : undefined
  const b = momentum ? outputs.at(-1) : undefined
  const [sign, weightDecay, keep, fresh, eps, lr, stay] = numbers
  for (let i = 0; i < p.length; i++) {
    const d = sign * grad[i] + weightDecay * p[i]
    let variance = keep * v[i] + fresh * d * d
    v[i] = variance
    if (a) {
      const mean = keep * a[i] + fresh * d
      a[i] = mean
      variance = Math.max(variance - mean * mean, 0)
    }
    let step = d / (Math.sqrt(variance) + eps)
    if (b) {
      step += stay * b[i]
      b[i] = step
    }
    p[i] -= lr * step
  }
}
