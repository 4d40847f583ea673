import { BackendError } from '../../errors.js'

/**
 * How the kernels run: as WebGPU compute shaders, as WebGL2 fragment shaders, or (`cpu`, for tests of the kernels only) as
 * plain JavaScript.
 */
export type Mode = 'webgpu' | 'webgl2' | 'cpu'

/** What a page may offer, as far as it is looked at here. */
interface Page {
  navigator?: { gpu?: { requestAdapter(): Promise<object | null> } }
  OffscreenCanvas?: new (width: number, height: number) => { getContext(kind: string): WebGL | null }
  document?: { createElement(name: 'canvas'): { getContext(kind: string): WebGL | null } }
}

interface WebGL {
  getExtension(name: string): { loseContext?(): void } | null
}

/** Whether WebGPU has an adapter here; the interface alone says nothing. */
async function hasWebGpu(page: Page): Promise<boolean> {
  try {
    return ((await page.navigator?.gpu?.requestAdapter()) ?? null) !== null
  } catch {
    return false
  }
}

/** Whether there is WebGL2 that can render to floats. */
function hasWebGl2(page: Page): boolean {
  try {
    const canvas = page.OffscreenCanvas
      ? new page.OffscreenCanvas(1, 1)
      : page.document?.createElement('canvas')
    const gl = canvas?.getContext('webgl2') ?? null
    const able = gl !== null && gl.getExtension('EXT_color_buffer_float') !== null
    gl?.getExtension('WEBGL_lose_context')?.loseContext?.() // browsers keep few contexts
    return able
  } catch {
    return false
  }
}

const WITHOUT = 'setBackend(wasm()) runs on the processor, everywhere'

/**
 * The mode to run in: the one asked for, or else webgpu where there is an adapter, or else webgl2.
 *
 * @throws BackendError where there is none, or not the one asked for
 */
export async function chooseMode(asked: Mode | undefined): Promise<Mode> {
  const page = globalThis as unknown as Page
  if (asked === 'cpu') return asked
  if (asked !== 'webgl2' && (await hasWebGpu(page))) return 'webgpu'
  if (asked === 'webgpu')
    throw new BackendError(`gpu: this engine gives no WebGPU adapter; try { mode: 'webgl2' }, or ${WITHOUT}`)
  if (hasWebGl2(page)) return 'webgl2'
  throw new BackendError(
    asked === 'webgl2'
      ? `gpu: this engine has no WebGL2 that renders to floats; ${WITHOUT}`
      : `gpu: this engine has neither WebGPU nor WebGL2 (Node has not, browsers have); ${WITHOUT}`,
  )
}
