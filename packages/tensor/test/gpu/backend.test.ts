// What the backend keeps and gives back, in gpu.js' plain-JavaScript mode: the bookkeeping is the same in all.
import { compile, type Tensor, tensor } from '@core/tensor'
import { assign, pin } from '@core/tensor/extend'
import { gpu } from '@core/tensor/gpu'
import { describe, expect, test } from 'vitest'
import type { GpuBackend } from '../../src/backends/gpu/backend.js'
import type { BackendChoice } from '../../src/index.js'

const MB = 2 ** 20
const start = async (room?: number) =>
  (await (gpu({ mode: 'cpu', ...(room ? { room } : {}) }) as BackendChoice).start()) as GpuBackend
const buffersOf = (backend: GpuBackend) => backend.device.counts.buffers
const ones = (n: number, backend: GpuBackend) => tensor(new Float32Array(n).fill(1), { backend })

/** Has its memory be treated as that of a device that can only be waited for. */
function asWebGpu(backend: GpuBackend): void {
  const device = new Proxy(backend.device, {
    get(real, key) {
      if (key === 'mode') return 'webgpu'
      const value: unknown = Reflect.get(real, key, real)
      return typeof value === 'function' ? value.bind(real) : value
    },
  })
  Object.defineProperty((backend as unknown as { residency: object }).residency, 'device', { value: device })
}

async function collected(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    ;(globalThis as { gc?: () => void }).gc!()
    await new Promise((done) => setTimeout(done, 5))
  }
}

describe('a room that is full', () => {
  test('is an error that says what to do, and changes nothing, where reading means waiting', async () => {
    const backend = await start(MB)
    const total = pin(ones(30_000, backend).add(ones(30_000, backend)))
    asWebGpu(backend)
    const step = (x: Tensor) => {
      assign(total, total.add(x))
      return total.mul(2)
    }
    const fast = compile(step)
    const x = ones(30_000, backend)
    const kept: Tensor[] = []
    let message = ''
    let done = 0
    try {
      for (; done < 50; done++) kept.push(fast(x))
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toMatch(/1048576.*await.*room/s)
    expect(done).toBeGreaterThan(0)

    expect([2 + done, 3 + done]).toContain(total.dataSync()[0]) // an eager step may have ended halfway
    expect(kept.map((t) => t.dataSync()[7])).toEqual(kept.map((_, i) => 2 * (3 + i)))
  })

  test('moves out what was not used for long, where it can be read at once', async () => {
    const backend = await start(MB)
    const kept = Array.from({ length: 30 }, (_, i) => ones(50_000, backend).mul(i))
    expect(backend.memory().resident.bytes).toBeLessThanOrEqual(MB)
    expect(backend.memory().spilled.count).toBeGreaterThan(10)
    expect(kept.map((t) => t.dataSync()[49_999])).toEqual(kept.map((_, i) => i))
    expect(kept[0]!.add(kept[29]!).dataSync()[0]).toBe(29)
  })

  test('is not blocked by whole numbers that cannot be read', async () => {
    const backend = await start(MB)
    const big = tensor(new Int32Array(50_000).fill(2 ** 14), { dtype: 'int32', backend })
    const wrong = big.mul(big)
    for (let i = 0; i < 20; i++) ones(50_000, backend).mul(2)
    await expect(wrong.data()).rejects.toThrow(/left the range/)
  })
})

test('an op that throws gives back what it had made', async () => {
  const backend = await start()
  const a = ones(6000, backend).reshape([6000, 1])
  await a.mul(1).data()
  const before = buffersOf(backend)
  for (let i = 0; i < 5; i++)
    expect(() => a.matmul(a.reshape([1, 6000]))).toThrow(/numbers; 16777216 are the most/)
  expect(buffersOf(backend)).toBeLessThanOrEqual(before + 2) // its inputs are on the device now
})

test('a compiled step that throws gives back what it had made', async () => {
  const backend = await start()
  const step = compile((x: Tensor, i: Tensor) => [x.mul(2).exp(), i.add(i)])
  const [x, i] = [ones(100, backend), tensor([1, 2], { dtype: 'int32', backend })]
  for (let k = 0; k < 4; k++) step(x, i)
  const wrong = tensor([2 ** 25, 0], { dtype: 'int32', backend })
  await collected()
  const before = buffersOf(backend)
  for (let k = 0; k < 5; k++) expect(() => step(x, wrong)).toThrow(/cannot be held on the device/)
  await collected()
  expect(buffersOf(backend)).toBe(before)
})

test('compiled steps that are dropped leave nothing behind', async () => {
  const backend = await start()
  const x = ones(100, backend)
  const run = () => {
    const w = tensor([3], { backend })
    for (let k = 0; k < 10; k++) {
      const step = compile((y: Tensor) => y.mul(2).add(0.5))
      for (let i = 0; i < 4; i++) step(x.mul(w))
    }
  }
  run()
  await collected()
  const before = buffersOf(backend)
  run()
  await collected()
  expect(buffersOf(backend)).toBeLessThanOrEqual(before)
})

test('a step is recorded anew on another backend of the same kind', async () => {
  const step = compile((x: Tensor) => x.mul(3))
  const [a, b] = [await start(), await start()]
  for (let i = 0; i < 4; i++) step(ones(2, a))
  for (let i = 0; i < 4; i++) {
    const y = step(ones(2, b))
    expect(y.backend).toBe(b)
    expect([...(await y.data())]).toEqual([3, 3])
  }
})

test('what data() gives is a copy', async () => {
  const x = ones(3, await start()).mul(2)
  ;(await x.data())[0] = 99
  expect([...(await x.data())]).toEqual([2, 2, 2])
})

test('the error of an op without a kernel names it, and coverage lists those that have one', async () => {
  const backend = await start()
  const { own, reference } = backend.coverage()
  expect(own).toContain('recurrentGrad')
  expect(reference).toEqual([])
  expect(() =>
    backend.run({ name: 'nothing' } as never, [], [backend.allocate('float32', 1)], {} as never),
  ).toThrow(/no kernel for 'nothing'.*coverage\(\)/s)
})
