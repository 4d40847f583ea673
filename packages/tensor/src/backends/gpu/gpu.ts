import { OptionError } from '../../errors.js'
import { checkInteger, checkOptions } from '../../options.js'
import type { BackendChoice } from '../select.js'
import { GpuBackend } from './backend.js'
import { Device } from './device.js'
import { loadGpuJs } from './gpujs.js'
import { chooseMode } from './modes.js'
import { probe } from './probe.js'

/** Options of {@link gpu}. */
export interface GpuOptions {
  /**
   * `webgpu` or `webgl2`; by default webgpu where the engine gives an adapter, else webgl2. `cpu` runs the same kernels as plain JavaScript, for tests
   * of them in Node; it is slow, and never chosen by itself.
   */
  mode?: 'webgpu' | 'webgl2' | 'cpu'
  /**
   * Bytes that tensors may take on the device. In webgl2 the longest unused are then moved out to typed arrays; in webgpu, which cannot be
   * read at once, the op throws. Default 1 GB.
   */
  room?: number
}

const MODES = ['webgpu', 'webgl2', 'cpu']

/**
 * The GPU backend: kernels by gpu.js, in WebGPU or WebGL2 browsers. gpu.js is not installed with this package: `npm install gpu.js`.
 * Tensors stay on the device; reading is `await tensor.data()` (webgl2 has `dataSync()` too).
 *
 * @param options - `mode`, `room`
 * @returns a choice for `setBackend`
 * @throws BackendError, when started, where gpu.js is not installed, the mode cannot run here, or the device's floats are not exact
 * @example
 * ```ts
 * import { backendInfo, setBackend, tensor } from '@core/tensor'
 * import { gpu } from '@core/tensor/gpu'
 * await setBackend(gpu({ mode: 'cpu' })) // in a browser: gpu()
 * await tensor([1, 2]).mul(3).data() // => [3, 6]
 * ```
 */
export function gpu(options: GpuOptions = {}): BackendChoice {
  checkOptions('gpu', options, ['mode', 'room'], [])
  const { mode, room = 2 ** 30 } = options
  if (mode !== undefined && !MODES.includes(mode))
    throw new OptionError(
      `gpu: there is no mode '${String(mode)}'; use 'webgpu' or 'webgl2', or leave it out`,
    )
  checkInteger('gpu', 'room', room, 2 ** 20)
  return {
    async start() {
      const chosen = await chooseMode(mode)
      const device = new Device(await loadGpuJs(chosen), chosen)
      return new GpuBackend(device, room, await probe(device))
    },
  }
}
