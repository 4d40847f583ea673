// The same networks in plain arrays and double precision: what the loops' results are compared with.

/** Weights by name, as `stateDict()` names them. */
export type Weights = Readonly<Record<string, ArrayLike<number>>>

/** y = W x + b for one row. */
function linear(w: ArrayLike<number>, b: ArrayLike<number>, x: ArrayLike<number>, at: number): Float64Array {
  const out = Float64Array.from(b)
  const n = w.length / out.length
  for (let o = 0; o < out.length; o++) for (let i = 0; i < n; i++) out[o]! += w[o * n + i]! * x[at + i]!
  return out
}

/** A layer of tanh units and a linear one with a single output, trained on the mean squared error. */
export class PlainNet {
  private readonly w1: Float64Array
  private readonly b1: Float64Array
  private readonly w2: Float64Array
  private readonly b2: Float64Array
  private gradient: Float64Array[] = []

  constructor(weights: Weights) {
    this.w1 = Float64Array.from(weights['hidden.weight']!)
    this.b1 = Float64Array.from(weights['hidden.bias']!)
    this.w2 = Float64Array.from(weights['head.weight']!)
    this.b2 = Float64Array.from(weights['head.bias']!)
    this.zeroGrad()
  }

  zeroGrad(): void {
    this.gradient = [this.w1, this.b1, this.w2, this.b2].map((p) => new Float64Array(p.length))
  }

  /** The mean squared error of a batch; adds its gradient to what has been collected. */
  loss(x: ArrayLike<number>, y: ArrayLike<number>): number {
    const [g1, c1, g2, c2] = this.gradient as [Float64Array, Float64Array, Float64Array, Float64Array]
    const inputs = x.length / y.length
    let total = 0
    for (let row = 0; row < y.length; row++) {
      const h = linear(this.w1, this.b1, x, row * inputs).map(Math.tanh)
      const off = linear(this.w2, this.b2, h, 0)[0]! - y[row]!
      total += off * off
      const d = (2 * off) / y.length
      c2[0]! += d
      for (let j = 0; j < h.length; j++) {
        g2[j]! += d * h[j]!
        const e = d * this.w2[j]! * (1 - h[j]! * h[j]!)
        c1[j]! += e
        for (let i = 0; i < inputs; i++) g1[j * inputs + i]! += e * x[row * inputs + i]!
      }
    }
    return total / y.length
  }

  step(lr: number): void {
    for (const [k, p] of [this.w1, this.b1, this.w2, this.b2].entries())
      for (let i = 0; i < p.length; i++) p[i]! -= lr * this.gradient[k]![i]!
  }
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))

/** A character model that always takes the likeliest token: embedding, GRU, linear. */
export function plainTokens(weights: Weights, count: number): number[] {
  const [bIh, bHh] = [weights['rnn.bias_ih_l0']!, weights['rnn.bias_hh_l0']!]
  const hidden = bIh.length / 3
  const vocabulary = weights['head.bias']!.length
  const width = weights['embed.weight']!.length / vocabulary
  const h = new Float64Array(hidden)
  const tokens = [0]
  while (tokens.length <= count) {
    const a = linear(weights['rnn.weight_ih_l0']!, bIh, weights['embed.weight']!, tokens.at(-1)! * width)
    const b = linear(weights['rnn.weight_hh_l0']!, bHh, h, 0)
    for (let j = 0; j < hidden; j++) {
      const r = sigmoid(a[j]! + b[j]!)
      const z = sigmoid(a[hidden + j]! + b[hidden + j]!)
      const n = Math.tanh(a[2 * hidden + j]! + r * b[2 * hidden + j]!)
      h[j] = (1 - z) * n + z * h[j]!
    }
    const logits = linear(weights['head.weight']!, weights['head.bias']!, h, 0)
    tokens.push(logits.indexOf(Math.max(...logits)))
  }
  return tokens.slice(1)
}
