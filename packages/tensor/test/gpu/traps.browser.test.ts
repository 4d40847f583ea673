import { gpu } from '@core/tensor/gpu'
import { expect, test } from 'vitest'
import type { GpuBackend } from '../../src/backends/gpu/backend.js'
import { type BackendChoice, tensor } from '../../src/index.js'
import { testLoss, testTraps } from './traps.js'

testTraps('webgl2')
testTraps('webgpu')

testLoss('webgl2', (backend) => {
  const { gpu } = backend.device as unknown as { gpu: { context: WebGL2RenderingContext } }
  gpu.context.getExtension('WEBGL_lose_context')!.loseContext()
})

/** The device behind a backend's kernels. */
function deviceOf(backend: GpuBackend): GPUDevice {
  const { kernels } = backend.device as unknown as {
    kernels: { kernels: Map<string, { run: { kernel: { context: { device: GPUDevice } } } }> }
  }
  return [...kernels.kernels.values()][0]!.run.kernel.context.device
}

testLoss('webgpu', async (backend) => {
  const device = deviceOf(backend)
  device.destroy()
  await device.lost
})

test('what WebGPU finds wrong later is an error, not zeros', async () => {
  const backend = (await (gpu({ mode: 'webgpu' }) as BackendChoice).start()) as GpuBackend
  const x = tensor([1, 2, 3], { backend }).mul(2)
  expect([...(await x.data())]).toEqual([2, 4, 6])
  const event = Object.assign(new Event('uncapturederror'), { error: { message: 'Out of memory' } })
  deviceOf(backend).dispatchEvent(event)
  await expect((async () => x.data())()).rejects.toThrow(/Out of memory.*await setBackend\(gpu\(\)\) again/s)
})

/** The part of WebGPU that is used here. */
interface GPUDevice extends EventTarget {
  destroy(): void
  readonly lost: Promise<unknown>
}
