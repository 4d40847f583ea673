import { BackendError } from '../../errors.js'
import { argument, DeviceBuffer, OnHost } from './buffer.js'
import { KernelCache } from './cache.js'
import { explain, lost } from './failure.js'
import { type CompiledKernel, checkMode, compileKernel, type GpuJs, type Handle } from './gpujs.js'
import type { Mode } from './modes.js'
import { kernel, type Source } from './source.js'
import { TaskQueue } from './tasks.js'

/** Indices are floats on the device: exact up to here. */
export const MOST_NUMBERS = 2 ** 24
/** Arrays that one kernel can read in webgpu: eight storage buffers, of which one is its output. */
export const MOST_ARRAYS = 7
/** Kernels kept compiled. A network has a hundred or two. */
const MOST_KERNELS = 2048
/** Names of WebGL. */
const MAX_TEXTURE_SIZE = 0x0d33
const OUT_OF_MEMORY = 0x0505

/** What a device has done. */
export interface DeviceCounts {
  launches: number
  kernels: number
  bytesUp: number
  bytesDown: number
  buffers: number
  bytes: number
}

// Kernels that were first called with arrays are never called with handles, nor the other way round: webgpu takes only one of the two.
const UPLOAD = kernel(['fromHost'], 'return fromHost[this.thread.x];')
const COPY = kernel(['x'], 'const v=x[this.thread.x];return v;')

/**
 * Buffers and launches on gpu.js. Work is done in the order in which it is given: at once in webgl2 and cpu; in webgpu, whose
 * kernels are compiled and started asynchronously, as soon as the caller lets microtasks run.
 */
export class Device {
  /** What has been done since the start. */
  readonly counts: DeviceCounts = { launches: 0, kernels: 0, bytesUp: 0, bytesDown: 0, buffers: 0, bytes: 0 }
  private readonly kernels: KernelCache
  private readonly tasks: TaskQueue
  /** Of webgl2: how many numbers a side of a texture may have. */
  private texture: number | null = null
  private watched: EventTarget | null = null

  constructor(
    private readonly gpu: GpuJs,
    readonly mode: Mode,
    mostKernels = MOST_KERNELS,
  ) {
    this.kernels = new KernelCache((source) => {
      this.counts.kernels++
      return compileKernel(gpu, mode, source.text, source.helpers)
    }, mostKernels)
    this.tasks = new TaskQueue(mode === 'webgpu', explain)
  }

  /** Starts a kernel of `size` threads. */
  launch(source: Source, size: number, args: readonly (DeviceBuffer | number)[]): DeviceBuffer {
    const arrays = args.filter((a) => typeof a !== 'number')
    if (arrays.some(({ freed }) => freed))
      throw new BackendError('gpu: a kernel was given a buffer that has been given back') // webgl2 would read whatever is there
    if (arrays.length > MOST_ARRAYS)
      throw new BackendError(
        `gpu: a kernel reads ${arrays.length} arrays; ${MOST_ARRAYS} are the most that WebGPU allows`,
      )
    const all = [...args, ...source.constants]
    // webgl2 does not pass −0 on where it passed 0 before, nor the other way round: numbers are never −0.
    return this.start(source, size, () => all.map((a) => (typeof a === 'number' ? a + 0 : argument(a))))
  }

  /** Brings numbers to the device. The array must not change until that is done. */
  upload(values: Float32Array): DeviceBuffer {
    this.counts.bytesUp += values.byteLength
    return this.start(UPLOAD, values.length, () => [values])
  }

  /** Another buffer with the same numbers. */
  copy(buffer: DeviceBuffer): DeviceBuffer {
    return this.launch(COPY, buffer.length, [buffer])
  }

  /** Gives a buffer back, once what was started before is done with it. */
  free(buffer: DeviceBuffer): void {
    if (buffer.freed) return
    buffer.freed = true
    this.counts.buffers--
    this.counts.bytes -= buffer.length * 4
    const free = () => {
      buffer.handle?.delete()
      buffer.handle = null
      if (buffer.kernel) buffer.kernel.needed--
    }
    if (this.tasks.failed) free()
    else this.tasks.add(free)
  }

  /** The numbers of a buffer, when what was started before is done. */
  async read(buffer: DeviceBuffer): Promise<Float32Array> {
    if (buffer.freed) throw new BackendError('gpu: a buffer that has been given back cannot be read')
    const reading: Promise<ArrayLike<number>>[] = []
    const kernel = () => buffer.kernel!
    await this.tasks.after(() => {
      this.checkAlive()
      kernel().needed++
      reading.push(Promise.resolve(buffer.handle!.toArray()))
    })
    try {
      return this.arrived(await reading[0]!, buffer)
    } catch (error) {
      throw explain(error)
    } finally {
      kernel().needed--
    }
  }

  /** The same at once, where the mode can. */
  readSync(buffer: DeviceBuffer): Float32Array {
    if (this.mode === 'webgpu')
      throw new BackendError(
        'gpu: WebGPU cannot be read at once; use await tensor.data() or await tensor.item() (webgl2 can)',
      )
    this.checkAlive()
    return this.arrived(buffer.handle!.toArray() as ArrayLike<number>, buffer)
  }

  private arrived(values: ArrayLike<number>, buffer: DeviceBuffer): Float32Array {
    this.checkAlive() // a lost WebGL context reads as zeros, and one without memory, too
    if (this.gpu.context?.getError?.() === OUT_OF_MEMORY) throw explain('the device is out of memory')
    if (values.length !== buffer.length)
      throw new BackendError(`gpu: ${values.length} numbers came back instead of ${buffer.length}`)
    this.counts.bytesDown += values.length * 4
    return values instanceof Float32Array ? values : Float32Array.from(values)
  }

  private start(source: Source, size: number, args: () => readonly unknown[]): DeviceBuffer {
    if (size > this.most())
      throw new BackendError(
        `gpu: a tensor of ${size} numbers; ${this.most()} are the most, since indices are floats on the device and textures are limited. ` +
          'Use smaller batches, or setBackend(wasm())',
      )
    const buffer = new DeviceBuffer(size)
    this.tasks.add(() => {
      this.checkAlive()
      const found = this.kernels.get(source)
      found.run.setOutput([size])
      const arrived = (h: Handle) => {
        buffer.handle = h
        buffer.kernel = found
        found.needed++
      }
      const handle = found.run(...args())
      checkMode(found.run, this.mode)
      if (handle instanceof Promise)
        return handle.then((h) => {
          arrived(h)
          this.watchErrors(found.run)
        })
      arrived('delete' in handle ? (handle as Handle) : new OnHost(handle as ArrayLike<number>))
      return undefined
    })
    this.counts.launches++
    this.counts.buffers++
    this.counts.bytes += size * 4
    return buffer
  }

  /** Numbers that a tensor may have. */
  private most(): number {
    this.texture ??= (this.gpu.context?.getParameter?.(MAX_TEXTURE_SIZE) as number | undefined) ?? null
    return Math.min(MOST_NUMBERS, (this.texture ?? MOST_NUMBERS) ** 2)
  }

  /** What WebGPU finds wrong later (no more memory, above all) would leave zeros: from then on the device is not to be trusted. */
  private watchErrors({ kernel: { context } }: CompiledKernel): void {
    const target = context?.device
    if (!target || target === this.watched) return
    this.watched = target
    target.addEventListener('uncapturederror', (event) =>
      this.tasks.fail((event as unknown as { error: Error }).error),
    )
  }

  private checkAlive(): void {
    if (this.gpu.context?.isContextLost?.()) throw lost('the WebGL context was lost')
  }
}
