import { Generator, ones, randn, type Tensor, tensor } from '@core/tensor'
import { GRU, LSTM, recur } from '@nn/recurrent'
import { expect, test } from 'vitest'
import { everywhere } from './backends.js'

const TIME = 1000
const BATCH = 3
const HIDDEN = 21
/** Far enough that the sigmoid is 1, and 0 at its opposite, exactly, in float64 too. */
const SHUT = 1000

const noise = (shape: number[], seed: number) => randn(shape, { generator: new Generator(seed) })
const leaf = (t: Tensor) => tensor(t.dataSync(), { shape: t.shape, requiresGrad: true })
const bits = (t: Tensor) => Array.from(t.dataSync())
const all = (t: Tensor, value: number) => t.dataSync().every((v) => v === value)

/** Sets the sum of a gate's two biases. */
function setGate(layer: GRU | LSTM, gate: number, bias: number): void {
  for (const name of ['bias_ih_l0', 'bias_hh_l0']) {
    const values = layer.stateDict()[name]!.dataSync()
    values.fill(name === 'bias_ih_l0' ? bias : 0, gate * HIDDEN, (gate + 1) * HIDDEN)
    layer.loadStateDict({ ...layer.stateDict(), [name]: tensor(values) })
  }
}

everywhere('the gates of the lecture', () => {
  const x = () => noise([BATCH, TIME, 4], 1)

  test.each([true, false])(
    'with Z = 1 a GRU (resetAfter: %s) carries a state over 1000 steps, bit for bit',
    (resetAfter) => {
      const gru = new GRU(4, HIDDEN, { resetAfter, generator: new Generator(2) })
      setGate(gru, 1, SHUT)
      const first = leaf(noise([1, BATCH, HIDDEN], 3))
      const { state, output } = gru.forward(x(), { state: first })
      expect(bits(state)).toEqual(bits(first))
      expect(bits(output.select(1, 499))).toEqual(bits(first))
      state.sum().backward()
      expect(bits(first.grad!)).toEqual(bits(ones([1, BATCH, HIDDEN])))

      const { update, reset, candidate, hidden } = gru.forward(x(), { state: first, trace: true }).trace
        .layers[0]!.forward
      expect(all(update, 1)).toBe(true)
      expect(bits(hidden.select(1, TIME - 1))).toEqual(bits(first))
      // Something else is on offer all the time.
      expect(candidate.sub(hidden).abs().min().itemSync()).toBeGreaterThan(0)
      expect(all(reset, 1) || all(reset, 0)).toBe(false)
    },
  )

  test('the update written as H̃ + Z ⊙ (H − H̃) does not', () => {
    const first = noise([BATCH, HIDDEN], 3)
    const candidates = noise([BATCH, TIME, HIDDEN], 4).tanh()
    const blend = (h: Tensor, n: Tensor) => ({
      two: h.mul(1).add(n.mul(0)),
      one: n.add(h.sub(n).mul(1)),
    })
    const carry = (form: 'one' | 'two') =>
      recur(
        (n: Tensor, h: Tensor) => {
          const state = blend(h, n)[form]
          return { output: state, state }
        },
        candidates,
        { state: first },
      ).state
    expect(bits(carry('two'))).toEqual(bits(first))
    expect(bits(carry('one'))).not.toEqual(bits(first))
  })

  test('with F = 1, I = 0 an LSTM carries its memory cell over 1000 steps, bit for bit', () => {
    const lstm = new LSTM(4, HIDDEN, { generator: new Generator(2) })
    setGate(lstm, 0, -SHUT)
    setGate(lstm, 1, SHUT)
    const [h, c] = [noise([1, BATCH, HIDDEN], 3), leaf(noise([1, BATCH, HIDDEN], 5))]
    const { state } = lstm.forward(x(), { state: { h, c } })
    expect(bits(state.c)).toEqual(bits(c))
    state.c.sum().backward()
    expect(bits(c.grad!)).toEqual(bits(ones([1, BATCH, HIDDEN])))
    expect(bits(state.h)).not.toEqual(bits(h))

    const { forget, input, cell, candidate } = lstm.forward(x(), { state: { h, c }, trace: true }).trace
      .layers[0]!.forward
    expect(all(forget, 1)).toBe(true)
    expect(all(input, 0)).toBe(true)
    expect(bits(cell.select(1, TIME - 1))).toEqual(bits(c))
    expect(all(candidate, 0)).toBe(false)
  })

  test('with Z = 0 a GRU, with F = 0 an LSTM forgets at once', () => {
    const gru = new GRU(4, HIDDEN, { generator: new Generator(2) })
    // Nor may the candidate read the state.
    setGate(gru, 0, -SHUT)
    setGate(gru, 1, -SHUT)
    const after = (seed: number) =>
      bits(gru.forward(x().slice(0, 1, { axis: 1 }), { state: noise([1, BATCH, HIDDEN], seed) }).state)
    expect(after(3)).toEqual(after(4))

    const lstm = new LSTM(4, HIDDEN, { generator: new Generator(2) })
    setGate(lstm, 1, -SHUT)
    const h = noise([1, BATCH, HIDDEN], 6)
    const cells = [3, 4].map((seed) => {
      const state = { h, c: noise([1, BATCH, HIDDEN], seed) }
      return bits(lstm.forward(x().slice(0, 1, { axis: 1 }), { state }).state.c)
    })
    expect(cells[0]).toEqual(cells[1])
  })
})
