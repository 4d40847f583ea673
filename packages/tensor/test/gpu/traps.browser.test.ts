import { testLoss, testTraps } from './traps.js'

testTraps('webgl2')
testTraps('webgpu')

testLoss('webgl2', (backend) => {
  const { gpu } = backend.device as unknown as { gpu: { context: WebGL2RenderingContext } }
  gpu.context.getExtension('WEBGL_lose_context')!.loseContext()
})

testLoss('webgpu', async (backend) => {
  const kernels = (
    backend.device as unknown as {
      kernels: Map<string, { kernel: { context: { device: { destroy(): void; lost: Promise<unknown> } } } }>
    }
  ).kernels
  const { device } = [...kernels.values()][0]!.kernel.context
  device.destroy()
  await device.lost
})
