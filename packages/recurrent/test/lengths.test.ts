import { readFileSync } from 'node:fs'
import { grad, gradcheck, type Tensor, tensor } from '@core/tensor'
import type { Module } from '@nn/module'
import { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell } from '@nn/recurrent'
import { beforeAll, describe, expect, test } from 'vitest'
import { close, inFloat64, type Layer, near, noise, onBoth, run } from './support.ts'

interface Raw {
  readonly shape: number[]
  readonly data: number[]
}
type Options = { num_layers?: number; bidirectional?: boolean } & Record<string, unknown>
interface Packed {
  readonly name: 'RNN' | 'GRU' | 'LSTM'
  readonly options: Options
  readonly lengths: number[]
  readonly state: Record<string, Raw>
  readonly x: Raw
  readonly first: Raw[]
  readonly results: Raw[]
  readonly cotangents: Raw[]
  readonly gradX: Raw
  readonly gradFirst: Raw[]
  readonly gradParams: Record<string, Raw>
}
interface Dict {
  readonly name: keyof typeof CLASSES
  readonly options: Options
  readonly state: [name: string, shape: number[]][]
}

// Written by PyTorch: tools/fixtures/recurrent_lengths.py
const fixture = JSON.parse(readFileSync(new URL('./fixtures/lengths.json', import.meta.url), 'utf8')) as {
  packed: Packed[]
  stateDicts: Dict[]
}

const CLASSES = { RNN, GRU, LSTM, RNNCell, GRUCell, LSTMCell }
const NAMES: Record<string, string> = { num_layers: 'numLayers', proj_size: 'projSize' }
const ours = (options: Options) =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [NAMES[name] ?? name, value]))

const of = ({ shape, data }: Raw, requiresGrad = false) => tensor(data, { shape, requiresGrad })

onBoth("PyTorch's packed sequences", (allowed) => {
  test.each(fixture.packed.map((c) => [`${c.name} ${JSON.stringify(c.options)}`, c] as const))(
    '%s',
    (_, c) => {
      const layer = new CLASSES[c.name](3, 4, ours(c.options)) as Layer
      layer.loadStateDict(Object.fromEntries(Object.entries(c.state).map(([name, raw]) => [name, of(raw)])))
      const x = of(c.x, true)
      const first = c.first.map((raw) => of(raw, true))
      const { output, state } = run(layer, x, first, c.lengths)
      const results = [output, ...state]
      c.results.forEach((raw, i) => {
        close(results[i], of(raw), allowed)
      })
      const parameters = [...layer.namedParameters()]
      expect(parameters.map(([name]) => name)).toEqual(Object.keys(c.gradParams))
      const sources = [x, ...first, ...parameters.map(([, p]) => p)]
      const found = grad(results, sources, { gradOutputs: c.cotangents.map((raw) => of(raw)) })
      const wanted = [c.gradX, ...c.gradFirst, ...Object.values(c.gradParams)]
      wanted.forEach((raw, i) => {
        close(found[i], of(raw), 10 * allowed)
      })
    },
  )
})

inFloat64('the form of the GRU that PyTorch lacks', () => {
  test('has the first and second derivatives of finite differences, through padding, layers and directions', () => {
    const gru = new GRU(2, 3, { numLayers: 2, bidirectional: true, resetAfter: false })
    const f = (x: Tensor, state: Tensor) => {
      const result = gru.forward(x, { state, lengths: [3, 1] })
      return result.output
        .square()
        .sum()
        .add(result.state.mul(noise([4, 2, 3], 5)).sum())
    }
    const leaf = (t: Tensor) => tensor(t.dataSync(), { shape: t.shape, requiresGrad: true })
    expect(gradcheck(f, [leaf(noise([2, 3, 2])), leaf(noise([4, 2, 3], 2))], { second: true })).toBe(true)
  })
})

test.each(fixture.stateDicts.map((c) => [`${c.name} ${JSON.stringify(c.options)}`, c] as const))(
  "the names and shapes of PyTorch's state dict: %s",
  (_, { name, options, state }) => {
    const make = CLASSES[name] as new (inputs: number, hidden: number, options: object) => Module
    const module = new make(3, 4, ours(options))
    expect(Object.entries(module.stateDict()).map(([key, t]) => [key, t.shape])).toEqual(state)
  },
)

describe('lengths', () => {
  let gru: GRU
  let x: Tensor
  beforeAll(() => {
    gru = new GRU(3, 4, { numLayers: 2, bidirectional: true })
    x = noise([3, 6, 3])
  })

  test('each sequence is as if it were alone, without its padding', () => {
    const { output, state } = gru.forward(x, { lengths: [4, 6, 1] })
    for (const [i, length] of [4, 6, 1].entries()) {
      const alone = gru.forward(x.slice(i, i + 1).slice(0, length, { axis: 1 }))
      near(output.slice(i, i + 1).slice(0, length, { axis: 1 }), alone.output)
      near(state.slice(i, i + 1, { axis: 1 }), alone.state)
    }
    expect(output.select(0, 2).slice(1).abs().max().itemSync()).toBe(0)
  })

  test('what stands in the padding does not matter, and gets no gradient', () => {
    const other = tensor(
      x.dataSync().map((v, i) => (Math.floor(i / 3) % 6 < 2 ? v : 1e3)),
      { shape: x.shape, requiresGrad: true },
    )
    const lengths = [2, 2, 2]
    near(gru.forward(other, { lengths }).output, gru.forward(x, { lengths }).output)
    const [g] = grad(gru.forward(other, { lengths }).output.sum(), [other])
    expect(g!.slice(2, undefined, { axis: 1 }).abs().max().itemSync()).toBe(0)
    expect(g!.slice(0, 2, { axis: 1 }).abs().min().itemSync()).toBeGreaterThan(0)
  })

  test('as numbers or as a tensor; time first; without a batch', () => {
    const wanted = gru.forward(x, { lengths: [4, 6, 1] }).output
    const lengths = tensor([4, 6, 1], { dtype: 'int32' })
    near(gru.forward(x, { lengths }).output, wanted)
    const turned = new GRU(3, 4, { numLayers: 2, bidirectional: true, batchFirst: false })
    turned.loadStateDict(gru.stateDict())
    near(turned.forward(x.transpose(0, 1), { lengths }).output.transpose(0, 1), wanted)
    near(gru.forward(x.select(0, 0), { lengths: [4] }).output, wanted.select(0, 0))
  })

  test('of full length they change nothing', () => {
    const same = (a: Tensor, b: Tensor) => expect(a.dataSync()).toEqual(b.dataSync())
    same(gru.forward(x, { lengths: [6, 6, 6] }).output, gru.forward(x).output)
  })
})
