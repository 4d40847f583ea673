import type { Reference } from '../kernel.js'

/**
 * d = sign · grad + weightDecay · p
 * v = first ? d : momentum · v + (1 − dampening) d
 * p −= lr · (nesterov ? d + momentum · v : v), without velocity p −= lr · d
 */
export const sgd: Reference<'sgd'> = (inputs, outputs, { velocity }) => {
  const [grad, numbers] = inputs
  const [p] = outputs
  const v = velocity ? outputs[1] : undefined
  const [lr, momentum, dampening, weightDecay, nesterov, first, sign] = numbers
  for (let i = 0; i < p.length; i++) {
    const old = p[i]
    let d = sign * grad[i] + weightDecay * old
    if (v) {
      const speed = first ? d : momentum * v[i] + (1 - dampening) * d
      v[i] = speed
      d = nesterov ? d + momentum * speed : speed
    }
    p[i] = old - lr * d
  }
}
