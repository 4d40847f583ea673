import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { type Backend, reference, setBackend, type Tensor, tensor, wasm } from '@core/tensor'
import { Embedding, Linear } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Module } from '@nn/module'
import { clipGradNorm, SGD } from '@nn/optim'
import { GRU, LSTM, type Recurrent, RNN } from '@nn/recurrent'
import { describe, expect, test } from 'vitest'

setFlagsFromString('--experimental-wasm-relaxed-simd') // Node 20 has it behind this flag

// 20 steps of a character model on 20 batches, computed by PyTorch (tools/fixtures/char_training.py).
interface Fixture {
  model: { vocab: number; embed: number; hidden: number }
  batch: number
  length: number
  optimizer: { lr: number; momentum: number; weightDecay: number; clipNorm: number }
  batches: { x: number[]; y: number[] }[]
  cells: Record<
    'rnn' | 'gru' | 'lstm',
    {
      weights: Record<string, { shape: number[]; data: number[] }>
      losses: number[]
      gradNorms: number[]
      final: Record<string, number[]>
      finalNorms: Record<string, number>
    }
  >
}
const path = new URL('../packages/recurrent/test/fixtures/char-training.json', import.meta.url)
const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture

class CharModel extends Module {
  readonly embed: Embedding
  readonly rnn: Recurrent
  readonly head: Linear
  constructor(cell: 'rnn' | 'gru' | 'lstm') {
    super()
    const { vocab, embed, hidden } = fixture.model
    this.embed = new Embedding(vocab, embed)
    this.rnn = new { rnn: RNN, gru: GRU, lstm: LSTM }[cell](embed, hidden)
    this.head = new Linear(hidden, vocab)
  }
  override forward(tokens: Tensor): Tensor {
    return this.head.forward(this.rnn.forward(this.embed.forward(tokens)).output)
  }
}

const near = (got: number, want: number, rtol: number) =>
  expect(Math.abs(got - want), `${got} against ${want}`).toBeLessThanOrEqual(rtol * Math.abs(want))

const backends: [string, () => Promise<Backend>][] = [
  ['reference', async () => reference()],
  ['simd', () => wasm({ build: 'simd' }).start()],
  ['relaxed', () => wasm({ build: 'relaxed' }).start()],
  ['wide', () => wasm({ build: 'wide' }).start()],
]

describe.each(backends)('20 training steps as PyTorch, on %s', (_, start) => {
  test.each(['rnn', 'gru', 'lstm'] as const)('%s', async (cell) => {
    await setBackend(await start())
    const { optimizer: o, batch, length, cells } = fixture
    const want = cells[cell]
    const model = new CharModel(cell)
    model.loadStateDict(
      Object.fromEntries(
        Object.entries(want.weights).map(([name, { shape, data }]) => [name, tensor(data, { shape })]),
      ),
    )
    const optimizer = new SGD(model.parameters(), {
      lr: o.lr,
      momentum: o.momentum,
      weightDecay: o.weightDecay,
    })
    const ids = (values: number[]) => tensor(values, { dtype: 'int32', shape: [batch, length] })
    for (const [i, { x, y }] of fixture.batches.entries()) {
      optimizer.zeroGrad()
      const loss = crossEntropy(model.forward(ids(x)), ids(y))
      loss.backward()
      const norm = clipGradNorm(model.parameters(), o.clipNorm)
      optimizer.step()
      near(await loss.item(), want.losses[i]!, 1e-4)
      near(await norm.item(), want.gradNorms[i]!, 1e-3)
    }
    const state = model.stateDict()
    expect(Object.keys(state)).toEqual(Object.keys(want.weights))
    for (const [name, norm] of Object.entries(want.finalNorms))
      near(Math.hypot(...state[name]!.dataSync()), norm, 1e-4)
    for (const [name, values] of Object.entries(want.final))
      state[name]!.dataSync().forEach((v, i) => {
        expect(Math.abs(v - values[i]!)).toBeLessThan(1e-3)
      })
  })
})
