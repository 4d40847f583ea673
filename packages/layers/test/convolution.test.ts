import { readFileSync } from 'node:fs'
import {
  Generator,
  randn,
  reference,
  setBackend,
  setDefaultDType,
  type Tensor,
  tensor,
  wasm,
} from '@core/tensor'
import * as layers from '@nn/layers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Values {
  shape: number[]
  data: number[]
}
interface Case {
  name: 'Conv1d' | 'Conv2d' | 'Conv3d' | 'ConvTranspose1d' | 'ConvTranspose2d'
  sizes: [number, number, number | number[]]
  options: Record<string, never>
  x: Values
  y: Values
  g: Values
  dx: Values
  state: Record<string, Values>
  grads: Record<string, Values>
}

// Written by PyTorch: tools/fixtures/convolution_layers.py
const cases = JSON.parse(
  readFileSync(new URL('./fixtures/convolution.json', import.meta.url), 'utf8'),
) as Case[]
const titled = cases.map((c) => [`${c.name} ${JSON.stringify(c.options)}`, c] as const)

const CLASSES = {
  Conv1d: layers.Conv1d,
  Conv2d: layers.Conv2d,
  Conv3d: layers.Conv3d,
  ConvTranspose1d: layers.ConvTranspose1d,
  ConvTranspose2d: layers.ConvTranspose2d,
}

const camel = <T>(object: Record<string, T>) =>
  Object.fromEntries(
    Object.entries(object).map(([k, v]) => [k.replace(/_(.)/g, (_, c: string) => c.toUpperCase()), v]),
  )

describe.each(['reference', 'wasm'])('convolutions as in PyTorch, on %s', (name) => {
  const exact = name === 'reference'
  beforeAll(async () => {
    await setBackend(exact ? reference() : wasm())
    setDefaultDType(exact ? 'float64' : 'float32')
  })
  afterAll(() => setDefaultDType('float32'))

  const make = ({ shape, data }: Values) => tensor(data, { shape, dtype: exact ? 'float64' : 'float32' })
  const close = (got: Tensor | null | undefined, want: Values) => {
    expect(got?.shape).toEqual(want.shape)
    got!.dataSync().forEach((v, i) => {
      const bound = exact ? 1e-6 : 1e-4 + 1e-4 * Math.abs(want.data[i]!)
      expect(Math.abs(v - want.data[i]!), `value ${i} is ${v}, not ${want.data[i]}`).toBeLessThanOrEqual(
        bound,
      )
    })
  }

  test.each(titled)('%s', (_, c) => {
    const layer = new CLASSES[c.name](...c.sizes, camel(c.options))
    expect(Object.keys(layer.stateDict())).toEqual(Object.keys(c.state))
    layer.loadStateDict(Object.fromEntries(Object.entries(c.state).map(([k, v]) => [k, make(v)])))
    const x = make(c.x).setRequiresGrad(true)
    const y = layer.forward(x)
    close(y, c.y)
    y.backward(make(c.g))
    close(x.grad, c.dx)
    for (const [parameter, p] of layer.namedParameters()) close(p.grad, c.grads[parameter]!)
  })
})

test('weights begin within PyTorch’s bounds', () => {
  const bounds: [layers.Convolution, number][] = [
    [new layers.Conv2d(8, 64, 3, { generator: new Generator(1) }), 8 * 9],
    [new layers.Conv1d(8, 64, 5, { groups: 4, generator: new Generator(1) }), 2 * 5],
    [new layers.ConvTranspose2d(64, 8, 3, { groups: 2, generator: new Generator(1) }), 4 * 9],
  ]
  for (const [layer, fan] of bounds)
    for (const p of layer.parameters()) {
      const largest = p.abs().max().itemSync()
      expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(fan))
      expect(largest).toBeGreaterThan(0.7 / Math.sqrt(fan))
    }
})

test('pooling layers tell where values stood, when asked', () => {
  const x = tensor([
    [
      [1, 5, 2],
      [7, 3, 4],
      [6, 8, 0],
    ],
  ])
  const pool = new layers.MaxPool2d(2, { stride: 1 })
  expect(pool.forward(x).toArraySync()).toEqual([
    [
      [7, 5],
      [8, 8],
    ],
  ])
  expect(pool.forward(x, { returnIndices: true }).indices.toArraySync()).toEqual([
    [
      [3, 1],
      [7, 7],
    ],
  ])
  const adaptive = new layers.AdaptiveMaxPool2d([1, null])
  expect(adaptive.forward(x, { returnIndices: true }).indices.toArraySync()).toEqual([[[3, 7, 5]]])
})

test('layers that only move values', () => {
  const x = randn([2, 8, 3, 3])
  expect(new layers.PixelUnshuffle(2).forward(new layers.PixelShuffle(2).forward(x)).toArraySync()).toEqual(
    x.toArraySync(),
  )
  const flat = new layers.Flatten().forward(x)
  expect(flat.shape).toEqual([2, 72])
  expect(new layers.Unflatten(-1, [8, -1, 3]).forward(flat).toArraySync()).toEqual(x.toArraySync())
  expect(() => new layers.Unflatten(1, [5, -1]).forward(flat)).toThrow(
    /72, which is not \[5, -1\] multiplied/,
  )
  expect(new layers.ZeroPad2d([1, 2, 3, 4]).forward(x).shape).toEqual([2, 8, 10, 6])
  expect(new layers.ConstantPad1d(1, 2).forward(tensor([[3]])).toArraySync()).toEqual([[2, 3, 2]])
  expect(new layers.ReflectionPad1d([0, 1]).forward(tensor([[3, 4]])).toArraySync()).toEqual([[3, 4, 3]])
  expect(new layers.Upsample({ scaleFactor: 2 }).forward(x).shape).toEqual([2, 8, 6, 6])
})

test('what is not allowed is said when the layer is built', () => {
  expect(() => new layers.Conv2d(3, 4, 0)).toThrow(
    /Conv2d: kernelSize must be a whole number ≥ 1, or 2 of them/,
  )
  expect(() => new layers.Conv2d(3, 4, 3, { groups: 2 })).toThrow(/inChannels 3 cannot be cut into 2 groups/)
  expect(() => new layers.Conv2d(3, 4, 3, { padding: 'same', stride: 2 })).toThrow(/stride 1/)
  expect(() => new layers.Conv2d(3, 4, 3, { paddingMode: 'mirror' as 'reflect' })).toThrow(/zeros, reflect/)
  expect(() => new layers.Conv2d(3, 4, 3, { pading: 1 } as object)).toThrow(/no option 'pading'/)
  expect(() => new layers.MaxPool2d([2, 2, 2])).toThrow(/kernelSize/)
  expect(() => new layers.ReflectionPad2d([1, 2])).toThrow(/4 of them, \[left, right, top, bottom\]/)
  expect(() => new layers.Upsample({})).toThrow(/size or scaleFactor/)
  expect(() => new layers.Conv2d(3, 4, 3).forward(randn([2, 5, 8, 8]))).toThrow(/has 5 channels/)
})
