import { Generator, randn, type Tensor, zeros } from '@core/tensor'
import { init } from '@nn/module'
import { clipGradNorm, SGD } from '@nn/optim'
import { gradientThroughTime, RNN } from '@nn/recurrent'
import { expect, test } from 'vitest'
import { everywhere } from './backends.js'

const STEPS = 40
const HIDDEN = 24

/** An RNN whose W_hh is `scale` times a matrix; without input it stays at 0, where tanh is linear. */
function network(scale: number, kind: 'orthogonal' | 'random'): RNN {
  const rnn = new RNN(1, HIDDEN, { bias: false, generator: new Generator(1) })
  const { weightHh } = rnn.layers[0]!.forward
  const initialise =
    kind === 'orthogonal' ? init.orthogonal({ gain: scale }) : init.normal(0, scale / Math.sqrt(HIDDEN))
  initialise(weightHh, new Generator(2))
  return rnn
}

/** The straight line through a curve, by least squares: its slope, and the share of the variance it explains. */
function line(y: readonly number[]): { slope: number; explained: number } {
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b) / v.length
  const [mx, my] = [(y.length - 1) / 2, mean(y)]
  const sxy = y.reduce((sum, v, x) => sum + (x - mx) * (v - my), 0)
  const sxx = y.reduce((sum, _, x) => sum + (x - mx) ** 2, 0)
  const slope = sxy / sxx
  const residual = y.reduce((sum, v, x) => sum + (v - my - slope * (x - mx)) ** 2, 0)
  const total = y.reduce((sum, v) => sum + (v - my) ** 2, 0)
  return { slope, explained: 1 - residual / total }
}

/** Logarithms of ‖∂L/∂h_t‖ from the last step back to the first. */
function logNorms(rnn: RNN, x: Tensor): number[] {
  return Array.from(gradientThroughTime(rnn, x).dataSync(), Math.log).reverse()
}

everywhere('the gradient of a vanilla RNN', () => {
  const still = () => zeros([1, STEPS, 1])

  test.each([0.5, 0.8, 0.95, 1.05, 1.25, 2])(
    'is %f times as long one step earlier where W_hh scales by so much',
    (scale) => {
      const logs = logNorms(network(scale, 'orthogonal'), still())
      expect(logs).toHaveLength(STEPS)
      const { slope, explained } = line(logs)
      expect(slope).toBeCloseTo(Math.log(scale), 4)
      expect(explained).toBeGreaterThan(0.99999)
      expect(logs[STEPS - 1]! - logs[0]!).toBeCloseTo((STEPS - 1) * Math.log(scale), 3)
    },
  )

  test('falls or grows exponentially with a random W_hh, too: twice the scale, ln 2 more slope', () => {
    const slopes = [0.25, 0.5, 1, 2, 4].map((scale) => {
      const { slope, explained } = line(logNorms(network(scale, 'random'), still()))
      if (scale !== 1) expect(explained).toBeGreaterThan(0.98)
      return slope
    })
    slopes.slice(1).forEach((slope, i) => {
      expect(slope - slopes[i]!).toBeCloseTo(Math.LN2, 4)
    })
    expect(slopes[0]).toBeLessThan(-1)
    expect(slopes[4]).toBeGreaterThan(1)
  })

  test('vanishes where tanh is saturated', () => {
    const driven = (input: number) =>
      logNorms(network(1.05, 'orthogonal'), zeros([1, STEPS, 1]).add(input))[STEPS - 1]!
    expect(driven(0)).toBeGreaterThan(driven(20) + 20)
  })

  test('is bounded by clipping: a step is then never longer than the rate times the bound', () => {
    for (const [scale, bound, lr] of [
      [1.5, 1, 0.1],
      [2, 0.25, 0.5],
    ] as const) {
      const rnn = network(scale, 'orthogonal')
      const x = randn([1, STEPS, 1], { generator: new Generator(3) }).mul(1e-9)
      const parameters = [...rnn.parameters()]
      rnn.forward(x).state.square().sum().mul(1e9).backward()
      const directions = parameters.map((p) => p.grad!.clone())
      const before = parameters.map((p) => p.clone())
      const norm = clipGradNorm(parameters, bound).itemSync()
      expect(norm).toBeGreaterThan(10 * bound)
      new SGD(parameters, { lr }).step()
      const moved = parameters.map((p, i) => before[i]!.sub(p))
      const length = Math.sqrt(moved.reduce((sum, m) => sum + m.square().sum().itemSync(), 0))
      expect(length / (lr * bound)).toBeCloseTo(1, 4)
      // What is cut is the length only.
      const along = moved.reduce((sum, m, i) => sum + m.mul(directions[i]!).sum().itemSync(), 0)
      expect(along / (length * norm)).toBeCloseTo(1, 4)
    }
  })
})
