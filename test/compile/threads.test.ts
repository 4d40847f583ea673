import { createHash } from 'node:crypto'
import {
  backendInfo,
  compile,
  Generator,
  grad,
  layerNorm,
  manualSeed,
  matmul,
  randint,
  randn,
  setBackend,
  softmax,
  type Tensor,
  type TypedArray,
  wasm,
} from '@core/tensor'
import { BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Sequential } from '@nn/module'
import { SGD } from '@nn/optim'
import { GRU, LSTM, type Recurrent, RNN } from '@nn/recurrent'
import { afterAll, expect, test } from 'vitest'

afterAll(() => setBackend(wasm({ threads: 1 })))

/** The bits of many numbers in a few characters. */
const digest = (values: TypedArray) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')

/** The same on so many threads. */
async function on<T>(threads: number, run: () => T): Promise<T> {
  await setBackend(wasm({ threads, build: 'simd' }))
  expect(backendInfo().threads).toBe(threads)
  return run()
}

function products() {
  const values: unknown[] = []
  for (const [m, k, n] of [
    [300, 200, 70],
    [70, 200, 300],
    [129, 300, 128],
    [1, 2000, 2000],
  ] as const) {
    const g = new Generator(m)
    const a = randn([m, k], { generator: g }).detach().clone().setRequiresGrad(true)
    const b = randn([k, n], { generator: g }).detach().clone().setRequiresGrad(true)
    const c = matmul(a, b)
    const norm = layerNorm(c, [n])
    values.push(digest(norm.dataSync()))
    values.push(digest(grad(norm.square().tanh().sum(), [a], { retainGraph: true })[0]!.dataSync()))
    values.push(...[c, ...grad(softmax(c).square().sum(), [a, b])].map((t) => digest(t.dataSync())))
  }
  return values
}

function training(wrap: <A extends Tensor[], R>(f: (...args: A) => R) => (...args: A) => R) {
  manualSeed(11)
  const model = new Sequential(
    new Conv2d(1, 16, 3, { padding: 1 }),
    new BatchNorm2d(16),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(16, 32, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(32 * 49, 64),
    new ReLU(),
    new Linear(64, 10),
  )
  const optimizer = new SGD(model.namedParameters(), { lr: 0.05, momentum: 0.9 })
  const step = wrap((x: Tensor, y: Tensor) => {
    optimizer.zeroGrad()
    const loss = crossEntropy(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss
  })
  const losses: number[] = []
  for (let i = 0; i < 12; i++) {
    const g = new Generator(i)
    losses.push(
      step(randn([16, 1, 28, 28], { generator: g }), randint([16], 0, 10, { generator: g })).itemSync(),
    )
  }
  return [losses, ...[...model.parameters()].map((p) => digest(p.dataSync()))]
}

/** Recurrent layers of every form, wide enough to be shared among threads. */
function sequences() {
  const values: unknown[] = []
  for (const make of [
    () => new RNN(12, 60),
    () => new GRU(12, 60),
    () => new GRU(12, 60, { resetAfter: false }),
    () => new LSTM(12, 60, { bidirectional: true }),
    () => new LSTM(12, 60, { projSize: 20 }),
  ])
    for (const lengths of [undefined, Array.from({ length: 20 }, (_, i) => 30 - i)]) {
      manualSeed(4)
      const layer = make() as Recurrent
      const x = randn([20, 30, 12], { generator: new Generator(9) })
      const { output } = layer.forward(x, { lengths })
      output.square().sum().backward()
      values.push(digest(output.dataSync()))
      for (const p of layer.parameters()) values.push(digest(p.grad!.dataSync()))
    }
  return values
}

test('any number of threads gives the same bits', async () => {
  const want = await on(1, () => [products(), sequences(), training((f) => f)])
  expect(await on(2, () => [products(), sequences(), training((f) => f)])).toEqual(want)
  expect(await on(3, () => [products(), sequences(), training(compile)])).toEqual(want)
})
