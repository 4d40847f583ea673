import { backendInfo, setBackend } from '@core/tensor'
import { gpu } from '@core/tensor/gpu'
import { expect, test } from 'vitest'
import { type CompiledKernel, checkMode } from '../../src/backends/gpu/gpujs.js'
import { testTraps } from './traps.js'

testTraps('cpu')

test('without a GPU there is an error, never another mode', async () => {
  await expect(setBackend(gpu())).rejects.toThrow(/neither WebGPU nor WebGL2/)
  await expect(setBackend(gpu({ mode: 'webgpu' }))).rejects.toThrow(/no WebGPU adapter/)
  await expect(setBackend(gpu({ mode: 'webgl2' }))).rejects.toThrow(/no WebGL2/)
  expect(backendInfo().name).toBe('wasm')
  expect(() => gpu({ mode: 'gpu' as never })).toThrow(/there is no mode 'gpu'/)
})

test('a kernel that gpu.js runs elsewhere is an error', () => {
  const kernel = (mode: string) =>
    ({ kernel: { constructor: { mode } }, fallbackReason: null }) as unknown as CompiledKernel
  expect(() => checkMode(kernel('cpu'), 'webgpu')).toThrow(/in its mode 'cpu' instead of 'webgpu'/)
  expect(() => checkMode(kernel('cpu'), 'webgl2')).toThrow(/in its mode 'cpu'/)
  expect(() => checkMode(kernel('gpu'), 'webgl2')).not.toThrow()
})
