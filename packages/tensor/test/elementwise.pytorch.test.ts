import { readFileSync } from 'node:fs'
import * as T from '@core/tensor'
import { type Backend, grad, reference, type Tensor, tensor, wasm } from '@core/tensor'
import { describe, expect, test } from 'vitest'

/** As tools/fixtures/elementwise.py writes it. */
interface Case {
  readonly name: string
  readonly inputs: readonly (readonly (number | string)[])[]
  readonly y: readonly (number | string)[]
  readonly gradients: readonly (readonly (number | string)[])[]
  readonly second: readonly (number | string)[] | null
}

const path = new URL('./fixtures/elementwise.json', import.meta.url)
const cases = JSON.parse(readFileSync(path, 'utf8')) as Case[]

/** What is called something else here than in the fixture, or has options. */
const CALLS: Readonly<Record<string, (...xs: Tensor[]) => Tensor>> = {
  'celu, alpha 2': (x) => T.celu(x!, { alpha: 2 }),
  clamp: (x) => T.clamp(x!, { min: -1, max: 1 }),
  'clamp, crossed': (x) => T.clamp(x!, { min: 1, max: -1 }),
  'clamp, min': (x) => T.clamp(x!, { min: -1 }),
  'clamp, max': (x) => T.clamp(x!, { max: 1 }),
  'clamp, min tensor': (x, min) => T.clamp(x!, { min: min! }),
  'clamp, max tensor': (x, max) => T.clamp(x!, { max: max! }),
  'div, floor': (a, b) => T.div(a!, b!, { roundingMode: 'floor' }),
  'div, trunc': (a, b) => T.div(a!, b!, { roundingMode: 'trunc' }),
  'elu, alpha 2': (x) => T.elu(x!, { alpha: 2 }),
  'gelu, tanh': (x) => T.gelu(x!, { approximate: 'tanh' }),
  'hardshrink, lambda -0.5': (x) => T.hardshrink(x!, { lambda: -0.5 }),
  'leakyRelu, slope 0.5': (x) => T.leakyRelu(x!, { negativeSlope: 0.5 }),
  // as a matrix with one row, where every value is a channel of its own
  prelu: (x, w) => T.prelu(x!.reshape([1, -1]), w!).reshape([-1]),
  'softplus, beta 2 threshold 1': (x) => T.softplus(x!, { beta: 2, threshold: 1 }),
  threshold: (x) => T.threshold(x!, 0.75, 7),
}

function call(name: string): (...xs: Tensor[]) => Tensor {
  return CALLS[name] ?? (T as unknown as Record<string, (...xs: Tensor[]) => Tensor>)[name]!
}

const numbers = (values: readonly (number | string)[]) => values.map(Number)

function expectValues(
  what: string,
  got: Tensor,
  want: readonly (number | string)[],
  near: number,
  skip: (i: number) => boolean = () => false,
): void {
  const values = got.dataSync()
  const float = got.dtype === 'float32'
  numbers(want).forEach((w, i) => {
    if (skip(i)) return
    const v = values[i]!
    // float32 ends earlier at both sides
    const rounded = float ? Math.fround(w) : w
    const same = Object.is(v, rounded) || v === rounded
    const close = Math.abs(v - w) <= near * (1 + Math.abs(w))
    expect(same || close, `${what}[${i}] is ${v}, PyTorch has ${w}`).toBe(true)
  })
}

describe.each(['reference', 'wasm'] as const)('as PyTorch at kinks and far out, %s', async (kind) => {
  const backend: Backend = kind === 'reference' ? reference() : await wasm().start()
  const dtype = kind === 'reference' ? 'float64' : 'float32'
  const precision = kind === 'reference' ? 1e-12 : 2e-6

  test.each(cases.map((c) => [c.name, c] as const))('%s', (name, c) => {
    // PyTorch's own gradient of these has a sixth in float32
    const near = name === 'hardsigmoid' ? 1e-7 : precision
    // Gradients at NaN are not compared: in PyTorch they depend on how many values there are (vectors or single ones).
    const odd = (i: number) => c.inputs.some((x) => x[i] === 'NaN')
    const inputs = c.inputs.map((x) => tensor(numbers(x), { dtype, backend, requiresGrad: true }))
    const y = call(name)(...inputs)
    expectValues('y', y, c.y, near)
    const gradients = grad([y.sum()], inputs, { createGraph: true, allowUnused: true })
    gradients.forEach((g, i) => {
      expectValues(`gradient ${i}`, g, c.gradients[i]!, near, odd)
    })
    if (c.second === null || !gradients[0]!.requiresGrad) return
    const [h] = grad([gradients[0]!.sum()], inputs, { allowUnused: true })
    // where the first derivative is not finite, neither is there a second
    const steep = (i: number) => odd(i) || !Number.isFinite(Number(c.gradients[0]![i]))
    expectValues('second derivative', h!, c.second, near * 10, steep)
  })

  test('nothing ran on another backend', () => {
    expect(backend.coverage().reference).toEqual([])
  })
})
