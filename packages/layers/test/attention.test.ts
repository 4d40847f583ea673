import { readFileSync } from 'node:fs'
import { reference, setBackend, setDefaultDType, type Tensor, tensor, wasm } from '@core/tensor'
import { MultiheadAttention } from '@nn/layers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Values {
  dtype: 'bool' | 'float64'
  shape: number[]
  data: (number | boolean)[]
}
interface Case {
  name: string
  options: Record<string, boolean | number>
  call: Record<string, boolean>
  masks: Record<string, Values>
  state: Record<string, Values>
  inputs: Values[]
  output: Values
  weights: Values | null
  cotangent: Values
  gradInputs: Values[]
  gradParams: Record<string, Values>
}

// Written by PyTorch: tools/fixtures/attention.py
const cases = JSON.parse(
  readFileSync(new URL('./fixtures/attention.json', import.meta.url), 'utf8'),
) as Case[]

const camel = <T>(object: Record<string, T>) =>
  Object.fromEntries(
    Object.entries(object).map(([k, v]) => [k.replace(/_(.)/g, (_, c: string) => c.toUpperCase()), v]),
  )

describe.each(['reference', 'wasm'])('as in PyTorch, on %s', (name) => {
  const exact = name === 'reference'
  beforeAll(async () => {
    await setBackend(exact ? reference() : wasm())
    setDefaultDType(exact ? 'float64' : 'float32')
  })
  afterAll(() => setDefaultDType('float32'))

  const make = ({ dtype, shape, data }: Values): Tensor =>
    tensor(data, { shape, dtype: dtype === 'bool' ? 'bool' : exact ? 'float64' : 'float32' })
  const close = (got: Tensor | null | undefined, want: Values) => {
    expect(got?.shape).toEqual(want.shape)
    const bound = (v: number) => (exact ? 1e-7 + 1e-6 * Math.abs(v) : 1e-4 + 1e-3 * Math.abs(v))
    got!.dataSync().forEach((v, i) => {
      const w = want.data[i] as number
      expect(Math.abs(v - w), `value ${i} is ${v}, expected ${w}`).toBeLessThanOrEqual(bound(w))
    })
  }

  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const layer = new MultiheadAttention(8, 2, camel(c.options)).eval()
    layer.loadStateDict(Object.fromEntries(Object.entries(c.state).map(([k, v]) => [k, make(v)])))
    const inputs = c.inputs.map((v) => make(v).setRequiresGrad(true))
    const masks = Object.fromEntries(Object.entries(camel(c.masks)).map(([k, v]) => [k, make(v)]))
    const options = { ...masks, ...camel(c.call) }
    const [q, k, v] = inputs
    const { output, weights } = k ? layer.forward(q!, k, v!, options) : layer.forward(q!, options)
    close(output, c.output)
    if (c.weights) close(weights, c.weights)
    else expect(weights).toBeUndefined()
    const loss = output.mul(make(c.cotangent)).sum()
    ;(weights ? loss.add(weights.mul(weights).sum()) : loss).backward()
    inputs.forEach((x, i) => {
      close(x.grad, c.gradInputs[i]!)
    })
    const parameters = new Map(layer.namedParameters())
    expect([...parameters.keys()].sort()).toEqual(Object.keys(c.gradParams).sort())
    for (const [name, gradient] of Object.entries(c.gradParams)) close(parameters.get(name)!.grad, gradient)
  })
})

test('isCausal is the mask that hides what comes later; dropout needs training', async () => {
  await setBackend(reference())
  const layer = new MultiheadAttention(4, 2, { dropout: 0.5 })
  const x = tensor([
    [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
      [0, 1, 0, 1],
    ],
  ])
  const later = tensor([
    [false, true, true],
    [false, false, true],
    [false, false, false],
  ])
  layer.eval()
  const causal = layer.forward(x, { isCausal: true }).output.toArraySync()
  expect(causal).toEqual(layer.forward(x, { attnMask: later }).output.toArraySync())
  layer.train()
  expect(layer.forward(x).output.toArraySync()).not.toEqual(layer.forward(x).output.toArraySync())
})

test('what does not fit is refused', async () => {
  await setBackend(reference())
  expect(() => new MultiheadAttention(8, 3)).toThrow(/embedDim 8 must be a multiple of numHeads 3/)
  const layer = new MultiheadAttention(4, 2)
  const x = (...shape: number[]) => tensor(new Float32Array(shape.reduce((a, b) => a * b)), { shape })
  expect(() => layer.forward(x(2, 3, 5))).toThrow(
    /query, key, value \[2, 3, 5\].*\[batch, time, features\] with 4, 4, 4/,
  )
  expect(() => layer.forward(x(2, 3, 4), { attnMask: x(2, 2) })).toThrow(
    /attnMask has shape \[2, 2\]; it must be \[3, 3\] or \[4, 3, 3\]/,
  )
  expect(() => layer.forward(x(2, 3, 4), { keyPaddingMask: x(3, 2) })).toThrow(/keyPaddingMask has shape/)
})
