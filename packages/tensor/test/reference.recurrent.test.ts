import { describe, expect, test } from 'vitest'
import { GATES, type RecurrentAttrs } from '../src/backends/kernels/recurrent.js'
import {
  backwardOf,
  CELLS,
  forwardOf,
  gradsOf,
  layerOf,
  PLAIN,
  resultsOf,
  sizesOf,
} from './recurrent.layer.js'
import { expectClose, expectGradient, f32, f64, inner, noise, run } from './reference.support.js'

type Layer = ReturnType<typeof inputsOf>

const LENGTHS = [4, 2, 1]

function inputsOf(attrs: RecurrentAttrs) {
  let seed = 1
  return layerOf(
    attrs,
    (n, scale) => noise(n, seed++).map((v) => v * scale),
    (b) => LENGTHS[b % 3],
  )
}

/** The kernel's outputs: h, and for gru gates and p or q, for lstm gates, c and with a projection m. */
function forward(layer: Layer, attrs: RecurrentAttrs): Float64Array[] {
  const outputs = resultsOf(attrs, (n) => new Float64Array(n).fill(77))
  return run('recurrent', forwardOf(layer), outputs, attrs)
}

/** What arrives at h, at h after the walk, at c after the walk. */
function arriving(attrs: RecurrentAttrs) {
  const { h, h0, c0 = 0 } = sizesOf(attrs)
  return { dh: noise(h, 16), dhLast: noise(h0, 17), dcLast: noise(c0, 18) }
}

/** dx, dw, dh0, db or dc0, dwp. */
function backward(
  layer: Layer,
  gradients: ReturnType<typeof arriving>,
  attrs: RecurrentAttrs,
): Float64Array[] {
  const outputs = gradsOf(attrs, (n) => noise(n))
  return run('recurrentGrad', backwardOf(layer, forward(layer, attrs), gradients), outputs, attrs)
}

const sigma = (x: number) => 1 / (1 + Math.exp(-x))

/** What one step gives, by the formulas of the specification. */
interface Step {
  h: number[]
  c: number[]
  gates: number[]
  extra: number[]
  m: number[]
}

function step(
  cell: RecurrentAttrs['cell'],
  x: number[],
  w: number[][],
  wp: number[][],
  b: number[],
  h: number[],
  c: number[],
): Step {
  const size = x.length / GATES[cell]
  const product = w.map((row) => inner(row, h))
  const gate = (g: number, k: number) => x[g * size + k] + product[g * size + k]
  const each = (f: (k: number) => number) => Array.from({ length: size }, (_, k) => f(k))
  if (cell === 'rnnTanh') return { h: each((k) => Math.tanh(gate(0, k))), c, gates: [], extra: [], m: [] }
  if (cell === 'rnnRelu') return { h: each((k) => Math.max(0, gate(0, k))), c, gates: [], extra: [], m: [] }
  if (cell !== 'lstm') {
    const bias = (g: number, k: number) => b[g * size + k] ?? 0
    const r = each((k) => sigma(gate(0, k) + bias(0, k)))
    const z = each((k) => sigma(gate(1, k) + bias(1, k)))
    const q = each((k) => r[k] * h[k])
    const p = each((k) => product[2 * size + k] + bias(2, k))
    const n = each((k) =>
      Math.tanh(x[2 * size + k] + (cell === 'gru' ? r[k] * p[k] : inner(w[2 * size + k], q))),
    )
    const next = each((k) => (1 - z[k]) * n[k] + z[k] * h[k])
    return { h: next, c, gates: [...r, ...z, ...n], extra: cell === 'gru' ? p : q, m: [] }
  }
  const i = each((k) => sigma(gate(0, k)))
  const f = each((k) => sigma(gate(1, k)))
  const g = each((k) => Math.tanh(gate(2, k)))
  const o = each((k) => sigma(gate(3, k)))
  const next = each((k) => f[k] * c[k] + i[k] * g[k])
  const m = each((k) => o[k] * Math.tanh(next[k]))
  const projected = wp.map((row) => inner(row, m))
  return { h: wp.length > 0 ? projected : m, c: next, gates: [...i, ...f, ...g, ...o], extra: next, m }
}

/** Row `i` of an array whose rows have `width` values. */
const row = (values: Float64Array, i: number, width: number) => [
  ...values.subarray(i * width, (i + 1) * width),
]

const SIZES = { time: 4, batch: 3, hidden: 5 }
const FORMS = CELLS.flatMap((cell) =>
  [false, true].flatMap((reverse) =>
    [false, true].flatMap((lengths) =>
      (cell === 'lstm' ? [0, 3] : [0]).map((projection) => ({ cell, reverse, lengths, projection })),
    ),
  ),
)

describe.each(FORMS)('$cell, reverse $reverse, lengths $lengths, projection $projection', (form) => {
  const { cell } = form
  const attrs = { ...SIZES, ...form }
  const width = GATES[cell] * attrs.hidden
  const size = attrs.projection || attrs.hidden

  test('forward agrees with the formulas, step by step', () => {
    const { time, batch, hidden, reverse, lengths } = attrs
    const layer = inputsOf(attrs)
    const outputs = forward(layer, attrs)
    const w = Array.from({ length: width }, (_, j) => row(layer.w, j, size))
    const wp = layer.wp ? Array.from({ length: size }, (_, j) => row(layer.wp!, j, hidden)) : []
    for (let b = 0; b < batch; b++) {
      let h = row(layer.h0, b, size)
      let c = layer.c0 ? row(layer.c0, b, hidden) : []
      for (let i = 0; i < time; i++) {
        const t = reverse ? time - 1 - i : i
        const at = t * batch + b
        const padded = lengths && t >= LENGTHS[b]
        const next = step(cell, row(layer.x, at, width), w, wp, [...(layer.b ?? [])], h, c)
        const zeros = (values: number[]) => (padded ? values.map(() => 0) : values)
        if (!padded) {
          h = next.h
          c = next.c
        }
        expectClose(row(outputs[0], at, size), h, 1e-13, 1e-15)
        if (GATES[cell] === 1) continue
        expectClose(row(outputs[1], at, width), zeros(next.gates), 1e-13)
        expectClose(row(outputs[2], at, hidden), cell === 'lstm' ? c : zeros(next.extra), 1e-13, 1e-15)
        if (wp.length > 0) expectClose(row(outputs[3], at, hidden), zeros(next.m), 1e-13, 1e-15)
      }
    }
  })

  test('float32 is the rounded result', () => {
    const layer = inputsOf(attrs)
    const outputs = forward(layer, attrs)
    const rounded = outputs.map((output) => new Float32Array(output.length))
    run(
      'recurrent',
      forwardOf(layer).map((values) => (values instanceof Float64Array ? f32(...values) : values)),
      rounded,
      attrs,
    )
    outputs.forEach((output, i) => {
      expectClose(rounded[i], output, 2e-6, 1e-6)
    })
  })

  test('gradient', () => {
    const { time, batch, hidden, reverse } = attrs
    const layer = inputsOf(attrs)
    const given = arriving(attrs)
    // nothing counts that is padding
    const seen = given.dh.slice()
    if (attrs.lengths)
      for (let at = 0; at < time * batch; at++)
        if (Math.floor(at / batch) >= LENGTHS[at % batch]) seen.fill(0, at * size, (at + 1) * size)
    const after = (values: Float64Array, n: number) => {
      const step = reverse ? 0 : time - 1
      return values.subarray(step * batch * n, (step + 1) * batch * n)
    }
    const loss = () => {
      const [h, , extra] = forward(layer, attrs)
      const last = cell === 'lstm' ? inner(given.dcLast, after(extra, hidden)) : 0
      return inner(seen, h) + inner(given.dhLast, after(h, size)) + last
    }
    const [dx, dw, dh0, ...more] = backward(layer, given, attrs)
    expectGradient(dx, loss, layer.x)
    expectGradient(dw, loss, layer.w)
    expectGradient(dh0, loss, layer.h0)
    if (cell === 'gru') expectGradient(more[0], loss, layer.b!)
    if (cell === 'lstm') expectGradient(more[0], loss, layer.c0!)
    if (attrs.projection) expectGradient(more[1], loss, layer.wp!)
  })

  test('zero sizes', () => {
    const none = { dh: f64(), dhLast: f64(), dcLast: f64() }
    for (const nothing of [{ batch: 0 }, { hidden: 0, projection: 0 }]) {
      const empty = { ...attrs, ...nothing }
      const layer = inputsOf(empty)
      const given = { ...none, dhLast: noise(layer.h0.length), dcLast: noise(layer.c0?.length ?? 0) }
      expect(forward(layer, empty).every((output) => output.length === 0)).toBe(true)
      const [dx, dw, dh0] = backward(layer, given, empty)
      expect([dx, dh0]).toEqual([f64(), f64()])
      expect(dw).toEqual(new Float64Array(layer.w.length))
    }
    const noTime = { ...attrs, time: 0 }
    const layer = inputsOf(noTime)
    expect(forward(layer, noTime)[0]).toEqual(f64())
    const given = { ...arriving(noTime), dh: f64() }
    const [dx, dw, dh0, ...more] = backward(layer, given, noTime)
    expect(dx).toEqual(f64())
    expect(dw).toEqual(new Float64Array(layer.w.length))
    expect(dh0).toEqual(given.dhLast)
    if (cell === 'gru') expect(more[0]).toEqual(new Float64Array(layer.b!.length))
    if (cell === 'lstm') expect(more[0]).toEqual(given.dcLast)
  })
})

test.each(['gru', 'gruResetBefore'] as const)(
  'a %s with z = 1 passes its state on without any loss',
  (cell) => {
    const attrs = { cell, time: 1000, batch: 1, hidden: 2, ...PLAIN }
    const x = new Float32Array(1000 * 6).map((_, i) => (i % 6 < 2 || i % 6 > 3 ? Math.sin(i) : 1e4))
    const h0 = f32(0.3, -0.7)
    const outputs = [new Float32Array(2000), new Float32Array(6000), new Float32Array(2000)]
    const bias = cell === 'gru' ? [new Float32Array(6)] : []
    const [h] = run('recurrent', [x, f32(...noise(12)), h0, ...bias], outputs, attrs)
    expect(h.subarray(1998)).toEqual(h0)
  },
)

test('an lstm with f = 1 and i = 0 passes its cell on without any loss', () => {
  const attrs = { cell: 'lstm', time: 1000, batch: 1, hidden: 2, ...PLAIN } as const
  const x = new Float32Array(1000 * 8).map((_, i) => [-1e4, 1e4, Math.sin(i), Math.cos(i)][(i % 8) >> 1])
  const c0 = f32(0.3, -0.7)
  const outputs = [new Float32Array(2000), new Float32Array(8000), new Float32Array(2000)]
  const [, , c] = run('recurrent', [x, f32(...noise(16)), f32(0.1, 0.2), c0], outputs, attrs)
  expect(c.subarray(1998)).toEqual(c0)
})
