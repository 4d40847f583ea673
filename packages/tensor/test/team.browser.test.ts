// Threads in a real browser, whose main thread may not sleep.
import {
  backendInfo,
  compile,
  Generator,
  matmul,
  Parameter,
  randn,
  setBackend,
  type Tensor,
  wasm,
} from '@core/tensor'
import { assign, gradientOf } from '@core/tensor/extend'
import { expect, test } from 'vitest'

/** A few steps of gradient descent on a product large enough to be shared. */
async function run(threads: number, compiled: boolean): Promise<number[]> {
  await setBackend(wasm({ threads, build: 'relaxed' }))
  expect(backendInfo()).toMatchObject({ threads, notes: [] })
  const w = new Parameter(randn([200, 150], { generator: new Generator(1) }))
  const step = (x: Tensor) => {
    w.grad = null
    const loss = matmul(x, w).tanh().square().mean()
    loss.backward()
    assign(w, w.detach().sub(gradientOf(w)!.mul(0.1)))
    return loss
  }
  const fast = compiled ? compile(step) : step
  const losses: number[] = []
  for (let i = 0; i < 20; i++)
    losses.push(fast(randn([300, 200], { generator: new Generator(i) })).itemSync())
  return [...losses, ...w.dataSync()]
}

test('two threads give the bits of one, eager and compiled', async () => {
  const want = await run(1, false)
  expect(await run(2, false)).toEqual(want)
  expect(await run(2, true)).toEqual(want)
  await setBackend(wasm({ threads: 1 }))
})
