// What a device is tried for when it starts. Devices that get it wrong are made from one that does not.
import { gpu } from '@core/tensor/gpu'
import { expect, test } from 'vitest'
import type { GpuBackend } from '../../src/backends/gpu/backend.js'
import { probe } from '../../src/backends/gpu/probe.js'
import type { BackendChoice } from '../../src/index.js'

const { device } = (await (gpu({ mode: 'cpu' }) as BackendChoice).start()) as GpuBackend

/** The device with other answers. */
const saying = (change: (answer: number, i: number) => number): typeof device =>
  new Proxy(device, {
    get(real, key) {
      if (key === 'read')
        return async (...args: Parameters<typeof device.read>) => (await real.read(...args)).map(change)
      const value: unknown = Reflect.get(real, key, real)
      return typeof value === 'function' ? value.bind(real) : value
    },
  })

test('a device that keeps what it must gives no notes', async () => {
  expect(await probe(device)).toEqual([])
  expect(device.counts.buffers).toBe(0)
})

test('floats of fewer bits are refused', async () => {
  // As many bits as a half float has: 11.
  const half = (v: number) => {
    const unit = 2 ** Math.max(0, Math.floor(Math.log2(Math.abs(v))) - 10)
    return Math.round(v / unit) * unit
  }
  await expect(probe(saying(half))).rejects.toThrow(/not exact to 2²⁴ .*setBackend\(wasm\(\)\)/s)
  await expect(probe(saying((v) => (v === 2 ** 24 - 1 ? v + 1 : v)))).rejects.toThrow(
    /16777215, it says 16777216/,
  )
})

test('a compiler that takes it that there is no NaN is noted, with what it does not see', async () => {
  const notes = await probe(saying((v) => (v === -1 ? Number.NaN : v)))
  expect(notes).toHaveLength(1)
  expect(notes[0]).toMatch(/does not see NaN for/)
  const [all] = await probe(saying((v) => Math.max(v, 0)))
  expect(all).toMatch(/NaN, Infinity, -Infinity/)
})
