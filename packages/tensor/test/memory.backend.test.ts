import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as T from '@core/tensor'
import {
  type Backend,
  DisposedError,
  defineOp,
  full,
  grad,
  Parameter,
  type Tensor,
  tensor,
  wasm,
} from '@core/tensor'
import { assign, pin, updateInPlace } from '@core/tensor/extend'
import { beforeEach, describe, expect, test } from 'vitest'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const MB = 2 ** 20
const N = MB / 16 // float32 values of 256 KB
let backend: Backend

beforeEach(async () => {
  backend = await wasm({ build: 'simd', room: MB }).start()
})

const make = (value: number, shape = [N]) => full(shape, value, { backend })
const resident = () => backend.memory().resident.bytes
const bothEnds = (t: Tensor) => {
  const values = t.dataSync()
  expect(values.every((v) => v === values[0])).toBe(true)
  return values[0]
}
const flood = () => {
  for (let i = 0; i < 12; i++) make(i).add(1)
}
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    gc()
    await new Promise((done) => setTimeout(done, 5))
  }
}

describe('tensors in WASM memory', () => {
  test('those that are kept keep their values, however many there are', () => {
    const kept = Array.from({ length: 40 }, (_, i) => make(i))
    expect(backend.memory().spilled.count).toBeGreaterThan(20)
    for (const [i, t] of kept.entries()) expect(bothEnds(t)).toBe(i)
    for (const [i, t] of kept.entries()) expect(bothEnds(t.mul(2))).toBe(2 * i)
  })

  test('a tensor may be both operands, and the operand of its own update', () => {
    const x = make(3)
    flood()
    expect(bothEnds(x.mul(x))).toBe(9)
    flood()
    const p = new Parameter(x)
    const numbers = () => [0.5, 0, 0, 0, 0, 1, 1]
    updateInPlace('sgd', { parameter: p, gradient: p.detach(), numbers, attrs: { velocity: false } })
    expect(bothEnds(p)).toBe(1.5)
  })

  test('what is changed in place is spilled and comes back changed', () => {
    const loose = make(1)
    const pinned = new Parameter(make(1))
    for (let i = 2; i < 6; i++) {
      assign(loose, make(i))
      assign(pinned, make(10 * i))
      flood()
      const large = Array.from({ length: 8 }, () => new Parameter(make(0))) // pushes out even what is pinned
      expect(large).toHaveLength(8)
      expect(bothEnds(loose.add(0))).toBe(i)
      expect(bothEnds(pinned.add(0))).toBe(10 * i)
      expect(bothEnds(pinned)).toBe(10 * i)
    }
  })

  test('sizes 0 and 1, and those around the one from which memory is used', () => {
    for (const n of [0, 1, 255, 256, 257, 258]) {
      const x = make(2, [n])
      flood()
      expect([...x.add(x).dataSync()]).toEqual(new Array(n).fill(4))
      expect(x.sum().itemSync()).toBe(2 * n)
      const before = resident()
      expect(make(1, [n]).dataSync()).toHaveLength(n)
      expect(resident() > before).toBe(n > 256)
    }
  })

  test('growing memory does not disturb what is there', () => {
    const old = make(7)
    const big = make(1, [8 * MB]) // 32 MB at once
    expect(bothEnds(big.add(1))).toBe(2)
    expect(bothEnds(old)).toBe(7)
    expect(bothEnds(old.add(1))).toBe(8)
  })

  test('a matrix product whose workspace exceeds the room', () => {
    const [m, n, k] = [600, 700, 800]
    const a = make(0.5, [m, k])
    const b = make(2, [k, n])
    for (let i = 0; i < 3; i++) expect(bothEnds(a.matmul(b))).toBe(k)
    expect(bothEnds(a)).toBe(0.5)
  })

  test('dispose frees at once; later use is refused, by every handle', async () => {
    const x = make(1)
    const view = x.reshape([2, -1])
    const before = resident()
    x.dispose()
    expect(resident()).toBe(before - 4 * N)
    x.dispose()
    expect(() => view.add(1)).toThrow(DisposedError)
    expect(() => x.dataSync()).toThrow(DisposedError)
    await expect(x.data()).rejects.toThrow(DisposedError)
    const spilled = make(2)
    flood()
    spilled.dispose()
    expect(() => spilled.sum()).toThrow(DisposedError)
    flood()
  })

  test('what nobody holds is freed when the event loop turns, whatever its way', async () => {
    const base = resident()
    const fill: ((x: Tensor) => unknown)[] = [
      (x) => x.add(1), // a result
      (x) => tensor(x.dataSync(), { backend }).add(1), // adopted values
      (x) => new Parameter(x), // pinned
      (x) =>
        x
          .mul(make(1, [N]).setRequiresGrad(true))
          .sum()
          .backward(), // a gradient that nobody looks at
      (x) => {
        const w = make(1).setRequiresGrad(true)
        x.mul(w).sum().backward()
        return w.grad // one that somebody does
      },
      (x) => {
        const w = make(1).setRequiresGrad(true)
        return grad(x.mul(w).sum(), w)
      },
      (x) => {
        flood()
        return x.add(1) // spilled and back again
      },
      (x) => pin(x),
    ]
    for (const [i, use] of fill.entries()) {
      use(make(1))
      await settle()
      expect(resident(), `way ${i}`).toBe(base)
    }
  })

  test('what a throwing backward has made is freed at once', async () => {
    const fails = defineOp({
      name: 'fails',
      forward: (x: Tensor) => x.mul(2),
      backward: () => {
        throw new Error('halfway')
      },
    })
    const w = new Parameter(make(1))
    const loss = T.tanh(T.exp(fails(w))).sum()
    const before = resident()
    expect(() => loss.backward()).toThrow('halfway')
    // the gradient that the user's function got is the user's, all others are gone
    expect(resident() - before).toBeLessThanOrEqual(4 * N)
    await settle()
    expect(resident()).toBeLessThanOrEqual(before)
  })

  test('a loss that is kept does not keep what its gradient needed', async () => {
    const w = new Parameter(make(0.5, [256, 256]))
    const run = () => {
      const x = make(1, [256, 256])
      const logits = x.matmul(w)
      const watch = new WeakRef(logits.storage)
      const rows = T.softmax(logits)
      const loss = rows.square().sum()
      loss.backward()
      return { loss, watch }
    }
    const { loss, watch } = run()
    await settle()
    expect(watch.deref()).toBeUndefined()
    expect(loss.itemSync()).toBeGreaterThan(0)
  })

  test('what a gradient’s computation leaves behind is freed at once', () => {
    const [x, y] = [1, 2].map((v) => make(v, [N / 8])).map((t) => t.setRequiresGrad(true)) as [Tensor, Tensor]
    const loss = x.div(y).sum()
    const before = resident()
    loss.backward()
    expect(resident() - before).toBe(N) // two gradients
    expect(y.grad && bothEnds(y.grad)).toBe(-0.25)
  })

  test.each([
    ['host data that no kernel has seen', () => tensor(new Float32Array(N), { backend })],
    [
      'what was disposed of',
      () => {
        const x = make(1)
        x.dispose()
        return x
      },
    ],
    [
      'what was spilled',
      () => {
        const x = make(1)
        flood()
        return x
      },
    ],
  ])('%s is the collector’s even where no finalizer runs', async (_, use) => {
    const watches = Array.from({ length: 4 }, () => new WeakRef(use().storage.cell))
    await new Promise((done) => setImmediate(done))
    gc() // no finalizer can run between this line and the next
    expect(watches.filter((w) => w.deref())).toHaveLength(0)
  })
})
