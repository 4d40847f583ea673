// What gpu.js gets wrong in silence, each with the test that would notice if our defence against it were gone.
import { gpu } from '@core/tensor/gpu'
import { beforeAll, describe, expect, test } from 'vitest'
import type { GpuBackend } from '../../src/backends/gpu/backend.js'
import type { Device, DeviceBuffer } from '../../src/backends/gpu/device.js'
import { kernel } from '../../src/backends/gpu/source.js'
import {
  type BackendChoice,
  BackendError,
  embedding,
  expm1,
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

    test('a loop whose bound is no literal runs to its end', async () => {
      const source = kernel(['x', 'n'], 'let s=x[this.thread.x];for(let k=0;k<n;k++){s=s+1.0;}return s;')
      expect(await numbers(device.launch(source, 1, [up(0), 5000]))).toEqual([5000])
    })

    test('one kernel serves outputs of any size, small ones in full precision', async () => {
      const source = kernel(['x'], 'return x[0]+i*0.5+0.0001;')
      for (const size of [3, 70_000, 1, 300_000, 5]) {
        const got = await device.read(device.launch(source, size, [up(1)]))
        expect(got.length).toBe(size)
        const last = size - 1
        expect(got[last]).toBeCloseTo(1 + last * 0.5 + 0.0001, last > 1000 ? 1 : 5)
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
      const n = 2 ** 23 + 3
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
