// The wasm backend in a real browser: every build against the reference backend, and a small training.
import { backendInfo, Generator, randn, reference, setBackend, type Tensor, tensor, wasm } from '@core/tensor'
import { recurrentLayer } from '@core/tensor/extend'
import { describe, expect, test } from 'vitest'

/** One pass through products, gates, softmax and reductions; the loss and all gradients. */
function pass(inputs: Tensor[]): number[] {
  const [x, w, u, v] = inputs as [Tensor, Tensor, Tensor, Tensor]
  for (const t of inputs) t.setRequiresGrad(true)
  const h0 = tensor(new Float32Array(4 * 20), { shape: [4, 20], backend: x.backend })
  const { output } = recurrentLayer('gru', { x, wInput: w, wHidden: u, h0 })
  const loss = output.matmul(v).softmax().log().mean().neg()
  loss.backward()
  return [loss.itemSync(), ...inputs.flatMap((t) => [...t.grad!.dataSync()])]
}

const inputs = (backend: Tensor['backend']) =>
  [
    [9, 4, 7],
    [60, 7],
    [60, 20],
    [20, 11],
  ].map((shape, i) =>
    randn(shape, { backend, generator: new Generator(i + 1) })
      .mul(0.3)
      .detach(),
  )

describe.each(['simd', 'relaxed', 'wide'] as const)('%s in the browser', (build) => {
  test('agrees with the reference backend', async () => {
    const backend = await wasm({ build }).start()
    const want = pass(inputs(reference()))
    const got = pass(inputs(backend))
    expect(got.length).toBe(want.length)
    got.forEach((v, i) => {
      expect(Math.abs(v - want[i]!)).toBeLessThan(1e-5 + 1e-3 * Math.abs(want[i]!))
    })
  })
})

test('the best build for this browser is found, and asking for wide does no harm', async () => {
  await setBackend(wasm())
  expect(backendInfo()).toMatchObject({ name: 'wasm', build: 'relaxed', notes: [] })
  await setBackend(wasm({ wide: true }))
  expect(['relaxed', 'wide']).toContain(backendInfo().build)
})
