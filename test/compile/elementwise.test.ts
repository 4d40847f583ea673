// Long element-wise runs in a compiled step give the bits of the step itself, whatever shares memory with what.
import {
  compile,
  Generator,
  gelu,
  leakyRelu,
  maximum,
  randn,
  setBackend,
  type Tensor,
  tanh,
  wasm,
} from '@core/tensor'
import { beforeAll, describe, expect, test } from 'vitest'

describe.each(['simd', 'relaxed'] as const)('%s', (build) => {
  beforeAll(() => setBackend(wasm({ build, threads: 1 })).catch(() => setBackend(wasm({ threads: 1 }))))

  const both = (n: number, step: (x: Tensor, y: Tensor) => Tensor | Tensor[]) => {
    const generator = new Generator(n)
    const [x, y] = [randn([n], { generator }), randn([n], { generator })]
    const fast = compile(step)
    for (let i = 0; i < 3; i++) fast(x, y)
    const values = (out: Tensor | Tensor[]) => [out].flat().map((t) => t.dataSync())
    expect(values(fast(x, y))).toEqual(values(step(x, y)))
    return fast
  }

  test.each([32_767, 32_768, 40_001, 100_000])('a chain over %i numbers', (n) => {
    both(n, (x) => x.mul(2).add(1).relu().tanh().sum())
    both(n, (x, y) => [tanh(x.mul(y)), gelu(x.sub(y)).mul(x), leakyRelu(maximum(x, y)).add(0.5)])
  })

  test('many values that come and go, so that they share memory', () => {
    both(50_000, (x, y) => {
      let [a, b, c] = [x, y, x.add(y)]
      for (let i = 0; i < 12; i++) {
        const next = i % 3 === 0 ? a.mul(b) : i % 3 === 1 ? tanh(c).sub(a) : b.div(3).add(c)
        ;[a, b, c] = [b, c, next]
      }
      return [a.add(b), c.square()]
    })
  })

  test('lengths that change on the way, and numbers made on the way', () => {
    both(65_536, (x, y) => {
      const scale = x.sum().mul(1e-3)
      const half = x.reshape([2, 32_768]).sum({ axis: 0 })
      return [x.mul(scale).add(y).exp(), half.mul(2).add(scale).tanh()]
    })
  })

  test('forward and backward', () => {
    const generator = new Generator(4)
    const x = randn([300, 200], { generator })
    const step = (input: Tensor) => {
      const leaf = input.mul(1).setRequiresGrad(true)
      const loss = gelu(tanh(leaf.mul(3)).add(leaf))
        .mul(leaf)
        .mean()
      return [loss.detach()]
    }
    const fast = compile(step)
    for (let i = 0; i < 4; i++) expect(fast(x)[0]!.itemSync()).toBe(step(x)[0]!.itemSync())
  })
})
