import type { Reference } from '../kernel.js'

/**
 * d = sign · grad + weightDecay · p
 * v = keep · v + fresh · d²
 * δ = √(u + eps) / √(v + eps) · d
 * u = keep · u + fresh · δ²
 * p −= lr · δ
 */
export const adadelta: Reference<'adadelta'> = (inputs, outputs) => {
  const [grad, numbers] = inputs
  const [p, v, u] = outputs
  const [sign, weightDecay, keep, fresh, eps, lr] = numbers
  for (let i = 0; i < p.length; i++) {
    const d = sign * grad[i] + weightDecay * p[i]
    const square = keep * v[i] + fresh * d * d
    const delta = (Math.sqrt(u[i] + eps) / Math.sqrt(square + eps)) * d
    v[i] = square
    u[i] = keep * u[i] + fresh * delta * delta
    p[i] -= lr * delta
  }
}
