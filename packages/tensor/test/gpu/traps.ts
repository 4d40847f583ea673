// What gpu.js gets wrong in silence, each with the test that would notice if our defence against it were gone.
import { gpu } from '@core/tensor/gpu'
import { beforeAll, describe, expect, test } from 'vitest'
import type { GpuBackend } from '../../src/backends/gpu/backend.js'
import type { DeviceBuffer } from '../../src/backends/gpu/buffer.js'
import { Device } from '../../src/backends/gpu/device.js'
import type { GpuJs } from '../../src/backends/gpu/gpujs.js'
import { kernel } from '../../src/backends/gpu/source.js'
import {
  type BackendChoice,
  BackendError,
  embedding,
  expm1,
  full,
  log,
  log1p,
  max,
  mul,
  neg,
  tanh,
  tensor,
  where,
} from '../../src/index.js'

type Mode = 'webgpu' | 'webgl2' | 'cpu'

const start = async (mode: Mode) => (await (gpu({ mode }) as BackendChoice).start()) as GpuBackend

/** Tests of one mode. */
export function testTraps(mode: Mode): void {
  describe(`traps, ${mode}`, () => {
    let backend: GpuBackend
    let device: Device
    beforeAll(async () => {
      backend = await start(mode)
      device = backend.device
    })
    const up = (...values: number[]) => device.upload(Float32Array.from(values))
    const numbers = async (buffer: DeviceBuffer) => [...(await device.read(buffer))]

    test('floats are exact to 2²⁴, and NaN and infinities are seen: the start tries it, and has nothing to note', () => {
      expect(backend.info().notes).toEqual([])
    })

    test('a loop whose bound is no literal runs to its end', async () => {
      const source = kernel(['x', 'n'], 'let s=x[this.thread.x];for(let k=0;k<n;k++){s=s+1.0;}return s;')
      expect(await numbers(device.launch(source, 1, [up(0), 5000]))).toEqual([5000])
    })

    test('one kernel serves outputs of any size, small ones in full precision', async () => {
      const source = kernel(['x'], 'return x[0]+i;')
      for (const size of [3, 70_000, 1, 300_000, 5]) {
        const got = await device.read(device.launch(source, size, [up(1 / 3)]))
        expect(got.length).toBe(size)
        for (const k of [0, size >> 1, size - 1]) expect(got[k]).toBe(Math.fround(Math.fround(1 / 3) + k))
      }
    })

    test('more arrays than WebGPU reads are refused', () => {
      const names = 'abcdefgh'.split('')
      const source = kernel(names, `return ${names.map((n) => `${n}[0]`).join('+')};`)
      expect(() =>
        device.launch(
          source,
          1,
          names.map(() => up(1)),
        ),
      ).toThrow(/8 arrays; 7 are the most/)
    })

    test('a buffer that was given back is refused', () => {
      const x = up(1, 2)
      device.free(x)
      expect(() => device.copy(x)).toThrow(BackendError)
    })

    test('kernels beyond the most that are kept are given up, but not while an output of theirs is alive', async () => {
      const few = new Device((device as unknown as { gpu: GpuJs }).gpu, mode, 4)
      const launch = (k: number, x: DeviceBuffer) => few.launch(kernel(['x'], `return x[0]+${k}.0;`), 1, [x])
      const x = few.upload(Float32Array.of(0.5))
      const kept = [0, 1, 2, 3, 4, 5].map((k) => launch(k, x))
      const read = few.read(launch(6, x))
      for (let k = 7; k < 30; k++) few.free(launch(k, x))
      expect([...(await read)]).toEqual([6.5])
      for (const [k, buffer] of kept.entries()) expect([...(await few.read(buffer))]).toEqual([k + 0.5])
      expect((few as unknown as { kernels: { size: number } }).kernels.size).toBeLessThan(12)
      expect([...(await few.read(launch(9, x)))]).toEqual([9.5])
    })

    test('infinity and NaN are themselves', async () => {
      const source = kernel(
        ['x'],
        'if(i===0){return INF;}if(i===1){return -INF;}if(i===2){return NAN;}return x[0];',
      )
      expect(await numbers(device.launch(source, 4, [up(7)]))).toEqual([Infinity, -Infinity, NaN, 7])
      const scalar = kernel(['x', 'v'], 'return x[0]+v;')
      expect(await numbers(device.launch(scalar, 1, [up(1), -Infinity]))).toEqual([-Infinity])
      expect(await numbers(device.launch(scalar, 1, [up(1), Number.NaN]))).toEqual([NaN])
    })

    test('-0 keeps its sign, also when a tensor is filled with it', async () => {
      const z = await tensor([0, -0], { backend }).mul(tensor(1, { backend })).data()
      expect([Object.is(z[0], 0), Object.is(z[1], -0)]).toEqual([true, true])
      const filled = await full([2], -0, { backend }).data()
      expect([...filled].map((v) => Object.is(v, -0))).toEqual([true, true])
      const n = await neg(tensor([0], { backend })).data()
      expect(Object.is(n[0], -0)).toBe(true)
    })

    test('functions at their edges: tanh of large numbers, log of 0, the larger of a number and NaN', async () => {
      expect([...(await tanh(tensor([-1e4, 90, 1e4], { backend })).data())]).toEqual([-1, 1, 1])
      expect([...(await log(tensor([0, -1, Infinity], { backend })).data())]).toEqual([
        -Infinity,
        NaN,
        Infinity,
      ])
      expect(await max(tensor([1, NaN, 3], { backend })).item()).toBeNaN()
      expect(await log1p(tensor([1e-7], { backend })).item()).toBeCloseTo(1e-7, 12)
      expect(await expm1(tensor([1e-7], { backend })).item()).toBeCloseTo(1e-7, 12)
    })

    test('indices are exact to the largest tensor there may be, and larger ones are refused', async () => {
      const source = kernel(['x'], 'return x[0]+i;')
      const n = 2 ** 24
      const got = await device.read(device.launch(source, n, [up(0)]))
      expect([got[n - 1], got[n - 2]]).toEqual([n - 1, n - 2])
      expect(() => device.launch(source, 2 ** 24 + 1, [up(0)])).toThrow(/16777216 are the most/)
    })

    test('whole numbers that floats do not hold are refused, given or computed', async () => {
      const big = tensor([2 ** 24 + 1], { dtype: 'int32', backend })
      expect(() => big.add(big)).toThrow(/cannot be held on the device/)
      const product = mul(
        tensor([2 ** 13], { dtype: 'int32', backend }),
        tensor([2 ** 13], { dtype: 'int32', backend }),
      )
      await expect(product.data()).rejects.toThrow(/left the range/)
    })

    test('an index computed on the device that is out of range gives NaN, not what lies beside the table', async () => {
      const table = tensor([[1], [2]], { backend })
      const index = tensor([1, 2], { dtype: 'int32', backend }).add(tensor(1, { dtype: 'int32', backend }))
      if (mode === 'webgpu')
        expect([
          ...(await embedding(table, index.sub(tensor(2, { dtype: 'int32', backend }))).data()),
        ]).toEqual([1, 2])
      if (mode === 'webgpu') expect(await embedding(table, index).sum().item()).toBeNaN()
      else expect(() => embedding(table, index)).toThrow(/index/)
    })

    test('empty tensors', async () => {
      const none = tensor([], { backend })
      expect((await none.mul(2).data()).length).toBe(0)
      expect(await none.sum().item()).toBe(0)
      expect([
        ...(await tensor([], { shape: [2, 0], backend })
          .matmul(tensor([], { shape: [0, 1], backend }))
          .data()),
      ]).toEqual([0, 0])
    })

    test('booleans', async () => {
      const c = tensor([1, 2, 3], { backend }).gt(tensor(2, { backend }))
      expect([...(await c.data())]).toEqual([0, 0, 1])
      expect([...(await where(c, tensor(5, { backend }), tensor(-5, { backend })).data())]).toEqual([
        -5, -5, 5,
      ])
    })
  })
}

/** The device is lost, as drivers and browsers do at will. */
export function testLoss(
  mode: 'webgpu' | 'webgl2',
  lose: (backend: GpuBackend) => Promise<void> | void,
): void {
  test(`a lost device is an error that says how to go on, ${mode}`, async () => {
    const backend = await start(mode)
    const x = tensor([1, 2, 3], { backend }).mul(2)
    expect([...(await x.data())]).toEqual([2, 4, 6])
    await lose(backend)
    await expect((async () => x.data())()).rejects.toThrow(/lost.*await setBackend\(gpu\(\)\) again/s)
    await expect((async () => x.mul(2).data())()).rejects.toThrow(/lost.*await setBackend\(gpu\(\)\) again/s)
    const again = await start(mode)
    expect([...(await tensor([1], { backend: again }).mul(3).data())]).toEqual([3])
  })
}
