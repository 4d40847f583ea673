import { describe, expect, test } from 'vitest'
import { GATES, type RecurrentAttrs } from '../src/backends/kernels.js'
import { expectClose, expectGradient, f32, f64, inner, noise, run } from './reference.support.js'

type Cell = RecurrentAttrs['cell']

const CELLS: readonly Cell[] = ['rnnTanh', 'rnnRelu', 'gru', 'lstm']

interface Inputs {
  x: Float64Array
  w: Float64Array
  b: Float64Array
  h0: Float64Array
  c0: Float64Array
}

function inputsOf({ cell, time, batch, hidden }: RecurrentAttrs): Inputs {
  const width = GATES[cell] * hidden
  return {
    x: noise(time * batch * width, 1),
    w: noise(width * hidden, 2),
    b: noise(width, 3),
    h0: noise(batch * hidden, 4),
    c0: noise(batch * hidden, 5),
  }
}

/** The kernel's outputs: h, and for gru gates and p, for lstm gates and c. */
function forward({ x, w, b, h0, c0 }: Inputs, attrs: RecurrentAttrs): Float64Array[] {
  const { cell, time, batch, hidden } = attrs
  const states = time * batch * hidden
  const outputs = [new Float64Array(states).fill(77)]
  if (GATES[cell] > 1)
    outputs.push(new Float64Array(GATES[cell] * states).fill(77), new Float64Array(states).fill(77))
  return run('recurrent', cell === 'lstm' ? [x, w, b, h0, c0] : [x, w, b, h0], outputs, attrs)
}

/** dx, dw, dh0 and db or dc0 of Σ dh · h + Σ dcLast · (last cell state). */
function backward(
  inputs: Inputs,
  dh: Float64Array,
  dcLast: Float64Array,
  attrs: RecurrentAttrs,
): Float64Array[] {
  const { cell, batch, hidden } = attrs
  const [h, gates, rest] = forward(inputs, attrs)
  const { x, w, b, h0, c0 } = inputs
  const given = [dh, w, h0, h]
  const outputs = [noise(x.length), noise(w.length), noise(h0.length)]
  if (cell === 'gru') {
    given.push(gates, rest)
    outputs.push(noise(b.length))
  } else if (cell === 'lstm') {
    given.push(c0, gates, rest, dcLast)
    outputs.push(noise(batch * hidden))
  }
  return run('recurrentGrad', given, outputs, attrs)
}

const sigma = (x: number) => 1 / (1 + Math.exp(-x))

/** One step of one sequence, by the formulas of the specification: the new h and c, the gates, and p. */
function step(cell: Cell, x: number[], w: number[][], b: number[], h: number[], c: number[]) {
  const size = h.length
  const product = w.map((row) => inner(row, h))
  const gate = (g: number, k: number) => x[g * size + k] + product[g * size + k]
  const each = (f: (k: number) => number) => h.map((_, k) => f(k))
  if (cell === 'rnnTanh') return { h: each((k) => Math.tanh(gate(0, k))), c, gates: [], p: [] }
  if (cell === 'rnnRelu') return { h: each((k) => Math.max(0, gate(0, k))), c, gates: [], p: [] }
  if (cell === 'gru') {
    const r = each((k) => sigma(gate(0, k) + b[k]))
    const z = each((k) => sigma(gate(1, k) + b[size + k]))
    const p = each((k) => product[2 * size + k] + b[2 * size + k])
    const n = each((k) => Math.tanh(x[2 * size + k] + r[k] * p[k]))
    return { h: each((k) => (1 - z[k]) * n[k] + z[k] * h[k]), c, gates: [...r, ...z, ...n], p }
  }
  const i = each((k) => sigma(gate(0, k)))
  const f = each((k) => sigma(gate(1, k)))
  const g = each((k) => Math.tanh(gate(2, k)))
  const o = each((k) => sigma(gate(3, k)))
  const next = each((k) => f[k] * c[k] + i[k] * g[k])
  return { h: each((k) => o[k] * Math.tanh(next[k])), c: next, gates: [...i, ...f, ...g, ...o], p: [] }
}

/** Row `i` of an array whose rows have `width` values. */
const row = (values: Float64Array, i: number, width: number) => [
  ...values.subarray(i * width, (i + 1) * width),
]

describe.each(CELLS)('%s', (cell) => {
  const attrs = { cell, time: 4, batch: 3, hidden: 5 }
  const width = GATES[cell] * attrs.hidden

  test('forward agrees with the formulas, step by step', () => {
    const { time, batch, hidden } = attrs
    const inputs = inputsOf(attrs)
    const outputs = forward(inputs, attrs)
    const w = Array.from({ length: width }, (_, j) => row(inputs.w, j, hidden))
    for (let b = 0; b < batch; b++) {
      let h = row(inputs.h0, b, hidden)
      let c = row(inputs.c0, b, hidden)
      for (let t = 0; t < time; t++) {
        const at = t * batch + b
        const expected = step(cell, row(inputs.x, at, width), w, [...inputs.b], h, c)
        h = expected.h
        c = expected.c
        expectClose(row(outputs[0], at, hidden), h, 1e-13)
        if (cell === 'rnnTanh' || cell === 'rnnRelu') continue
        expectClose(row(outputs[1], at, width), expected.gates, 1e-13)
        expectClose(row(outputs[2], at, hidden), cell === 'gru' ? expected.p : c, 1e-13, 1e-15)
      }
    }
  })

  test('float32 is the rounded result', () => {
    const { x, w, b, h0, c0 } = inputsOf(attrs)
    const given = cell === 'lstm' ? [x, w, b, h0, c0] : [x, w, b, h0]
    const outputs = forward({ x, w, b, h0, c0 }, attrs)
    const rounded = outputs.map((output) => new Float32Array(output.length))
    run(
      'recurrent',
      given.map((values) => f32(...values)),
      rounded,
      attrs,
    )
    outputs.forEach((output, i) => {
      expectClose(rounded[i], output, 2e-6, 1e-6)
    })
  })

  test('gradient', () => {
    const { time, batch, hidden } = attrs
    const inputs = inputsOf(attrs)
    const dh = noise(time * batch * hidden, 6)
    const dcLast = noise(batch * hidden, 7)
    const loss = () => {
      const [h, , rest] = forward(inputs, attrs)
      const last = cell === 'lstm' ? inner(dcLast, rest.subarray((time - 1) * batch * hidden)) : 0
      return inner(dh, h) + last
    }
    const [dx, dw, dh0, more] = backward(inputs, dh, dcLast, attrs)
    expectGradient(dx, loss, inputs.x)
    expectGradient(dw, loss, inputs.w)
    expectGradient(dh0, loss, inputs.h0)
    if (cell === 'gru') expectGradient(more, loss, inputs.b)
    if (cell === 'lstm') expectGradient(more, loss, inputs.c0)
  })

  test('zero sizes', () => {
    const dh = f64()
    for (const size of [{ batch: 0 }, { hidden: 0 }]) {
      const empty = { ...attrs, ...size }
      const inputs = inputsOf(empty)
      expect(forward(inputs, empty).every((output) => output.length === 0)).toBe(true)
      const [dx, dw, dh0] = backward(inputs, dh, dh, empty)
      expect([dx, dh0]).toEqual([f64(), f64()])
      expect(dw).toEqual(new Float64Array(inputs.w.length))
    }
    const noTime = { ...attrs, time: 0 }
    const inputs = inputsOf(noTime)
    expect(forward(inputs, noTime)[0]).toEqual(f64())
    const dcLast = noise(attrs.batch * attrs.hidden, 7)
    const [dx, dw, dh0, more] = backward(inputs, dh, dcLast, noTime)
    expect(dx).toEqual(f64())
    expect(dw).toEqual(new Float64Array(inputs.w.length))
    expect(dh0).toEqual(new Float64Array(inputs.h0.length))
    if (cell === 'gru') expect(more).toEqual(new Float64Array(inputs.b.length))
    if (cell === 'lstm') expect(more).toEqual(dcLast)
  })
})

test('a gru with z = 1 passes its state on without any loss', () => {
  const attrs = { cell: 'gru', time: 1000, batch: 1, hidden: 2 } as const
  const x = new Float32Array(1000 * 6).map((_, i) => (i % 6 < 2 || i % 6 > 3 ? Math.sin(i) : 1e4))
  const h0 = f32(0.3, -0.7)
  const outputs = [new Float32Array(2000), new Float32Array(6000), new Float32Array(2000)]
  const [h] = run('recurrent', [x, f32(...noise(12)), new Float32Array(6), h0], outputs, attrs)
  expect(h.subarray(1998)).toEqual(h0)
})
