import { BackendError, TensorError } from '../../errors.js'
import { type CompiledKernel, checkMode, compileKernel, type GpuJs, type Handle } from './gpujs.js'
import type { Numbers } from './lowering.js'
import type { Mode } from './modes.js'
import { kernel, type Source } from './source.js'
import { TaskQueue } from './tasks.js'

/** Indices are floats on the device: exact up to here. */
export const MOST_NUMBERS = 2 ** 24
/** Arrays that one kernel can read in webgpu: eight storage buffers, of which one is its output. */
export const MOST_ARRAYS = 7

/** A buffer on the device; before its launch has been carried out, the promise of one. */
export class DeviceBuffer implements Numbers {
  /** @internal */
  handle: Handle | null = null
  /** @internal Given back; the handle goes when the queue comes to it. */
  freed = false

  constructor(readonly length: number) {}
}

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
  private readonly kernels = new Map<string, CompiledKernel>()
  private readonly tasks: TaskQueue

  constructor(
    private readonly gpu: GpuJs,
    readonly mode: Mode,
  ) {
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
    return this.start(source, size, () => all.map((a) => (typeof a === 'number' ? a : argument(a))))
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
    if (!this.tasks.failed)
      this.tasks.add(() => {
        buffer.handle?.delete()
        buffer.handle = null
      })
  }

  /** The numbers of a buffer, when what was started before is done. */
  async read(buffer: DeviceBuffer): Promise<Float32Array> {
    let reading: Promise<ArrayLike<number>> | null = null as Promise<ArrayLike<number>> | null
    await this.tasks.after(() => {
      this.checkAlive()
      reading = Promise.resolve(buffer.handle!.toArray())
    })
    return reading!.then(
      (values) => this.arrived(values, buffer),
      (error) => {
        throw explain(error)
      },
    )
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

  /** Resolves when all that was started has been handed to the device. */
  settled(): Promise<void> {
    return this.tasks.after(() => {})
  }

  private arrived(values: ArrayLike<number>, buffer: DeviceBuffer): Float32Array {
    this.checkAlive() // a lost WebGL context reads as zeros
    if (values.length !== buffer.length)
      throw new BackendError(`gpu: ${values.length} numbers came back instead of ${buffer.length}`)
    this.counts.bytesDown += values.length * 4
    return values instanceof Float32Array ? values : Float32Array.from(values)
  }

  private start(source: Source, size: number, args: () => readonly unknown[]): DeviceBuffer {
    if (size > MOST_NUMBERS)
      throw new BackendError(
        `gpu: a tensor of ${size} numbers; ${MOST_NUMBERS} are the most, since indices are floats on the device. ` +
          'Use smaller batches, or setBackend(wasm())',
      )
    const buffer = new DeviceBuffer(size)
    this.counts.launches++
    this.counts.buffers++
    this.counts.bytes += size * 4
    this.tasks.add(() => {
      this.checkAlive()
      const found = this.kernelOf(source)
      found.setOutput([size])
      const arrived = (h: Handle) => {
        buffer.handle = h
      }
      const handle = found(...args())
      checkMode(found, this.mode)
      if (handle instanceof Promise) return handle.then(arrived)
      arrived('delete' in handle ? (handle as Handle) : new OnHost(handle as ArrayLike<number>))
      return undefined
    })
    return buffer
  }

  private kernelOf(source: Source): CompiledKernel {
    let found = this.kernels.get(source.text)
    if (!found) {
      found = compileKernel(this.gpu, this.mode, source.text, source.helpers)
      this.kernels.set(source.text, found)
      this.counts.kernels++
    }
    return found
  }

  private checkAlive(): void {
    if (this.gpu.context?.isContextLost?.()) throw lost('the WebGL context was lost')
  }
}

/** An error of gpu.js in our words. */
function explain(error: unknown): Error {
  if (error instanceof TensorError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return /lost/i.test(reason) ? lost('the WebGPU device was lost') : new BackendError(`gpu: ${reason}`)
}

/** The error after which nothing on the device can be used any more. */
function lost(reason: string): BackendError {
  return new BackendError(
    `gpu: ${reason}, and with it all tensors on it; await setBackend(gpu()) again, make the model anew and load its last checkpoint`,
  )
}

/** gpu.js gives, and wants, plain arrays in its cpu mode. */
class OnHost implements Handle {
  constructor(readonly values: ArrayLike<number>) {}
  toArray() {
    return this.values
  }
  delete() {}
}

function argument({ handle }: DeviceBuffer): unknown {
  return handle instanceof OnHost ? handle.values : handle
}
