import type { DType, TypedArray } from '../dtype.js'
import type { Program } from '../program/program.js'
import type { Recording } from '../program/recording.js'
import type { Storage } from '../storage.js'
import type { Kernel } from './kernel.js'
import type { KernelAttrs, KernelName } from './kernels.js'

/** Bytes and number of the storages of one kind. */
export interface MemoryShare {
  /** Bytes they take. */
  readonly bytes: number
  /** How many there are. */
  readonly count: number
}

/** What {@link memory} tells about a backend's own memory; typed arrays are the garbage collector's and are not counted. */
export interface MemoryInfo {
  /** Storages in the backend's memory, pinned ones included. */
  readonly resident: MemoryShare
  /** Of these, what is kept there as long as anything else can make room: parameters and optimizer state. */
  readonly pinned: MemoryShare
  /** What was moved out to typed arrays to make room, since the backend was started. */
  readonly spilled: MemoryShare
  /** Bytes that may be resident before something is moved out or, where that cannot be (WebGPU), an op throws. */
  readonly limit: number
}

/** What {@link backendInfo} tells: which backend really runs, and how. */
export interface BackendInfo {
  /** `reference`, `wasm` or `gpu`. */
  readonly name: string
  /** The build of the kernels (wasm: `simd`, `relaxed` or `wide`; gpu: `webgpu` or `webgl2`). */
  readonly build?: string
  /** Threads at work. */
  readonly threads: number
  /** Why it is not what was asked for, in sentences; empty when it is. */
  readonly notes: readonly string[]
  /** What the device has done since the start (gpu only). */
  readonly work?: DeviceWork
}

/** What a device has done. */
export interface DeviceWork {
  /** Kernels compiled. */
  readonly kernels: number
  /** Kernels started. */
  readonly launches: number
  /** Bytes brought to the device. */
  readonly bytesUp: number
  /** Bytes read from it. */
  readonly bytesDown: number
}

/** What a backend has kernels for. */
export interface Coverage {
  /** Kernels (and variants, after a dot) that it runs itself. */
  readonly own: readonly string[]
  /** Kernels that it has the reference backend compute. */
  readonly reference: readonly string[]
}

/**
 * Where tensors live and where kernels run: a value for the `backend` option of creation functions, and for
 * `setBackend`. Made by `wasm({…})`, `reference()` or `gpu({…})`.
 *
 * This is the whole contract of a backend, too: it stores arrays, runs the kernels of `KernelAttrs`, and reads results
 * back.
 */
export interface Backend {
  /** `reference`, `wasm` or `gpu`. */
  readonly name: string
  /** Whether tensors of this dtype can live here. */
  supports(dtype: DType): boolean
  /** @internal A storage with these values. The array is taken over, not copied. */
  adopt(values: TypedArray, dtype: DType): Storage
  /** @internal A storage whose values are undefined until a kernel writes them. `temporary`: the library itself will release it. */
  allocate(dtype: DType, length: number, temporary?: boolean): Storage
  /** @internal Runs one kernel. */
  run<K extends KernelName>(
    kernel: Kernel<K>,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void
  /** @internal A copy of the values. */
  read(storage: Storage): Promise<TypedArray>
  /** @internal A copy of the values, at once; throws where the backend can only wait for them. */
  readSync(storage: Storage): TypedArray
  /** @internal The values for reading at once, not a copy and not to be kept; null where the backend can only wait for them. */
  peek(storage: Storage): TypedArray | null
  /** @internal Overwrites the values; the array is taken over. */
  write(storage: Storage, values: TypedArray): void
  /** @internal Frees the memory when nobody holds the storage any more; for a temporary one that lives on after all. */
  watch(storage: Storage): void
  /** @internal Gives the memory back now. The storage must not be used afterwards. */
  release(storage: Storage): void
  /** @internal Keeps the storage in the backend's own memory while anything else can make room. */
  pin(storage: Storage): void
  /**
   * @internal Makes a recorded step ready to be replayed; without it `compile` runs steps as they are.
   * `targets`: where values shall be written besides; `results`: values that are asked for after each replay.
   */
  load?(
    recording: Recording,
    targets: ReadonlyMap<number, () => Storage>,
    results: ReadonlySet<number>,
  ): Program
  /** @internal Whether so much memory was handed out since the event loop last turned that finalizers should get their chance; asking counts as the turn. */
  wantsBreath(): boolean
  /** What it holds. */
  memory(): MemoryInfo
  /** How it runs. */
  info(): BackendInfo
  /** What it has kernels for. */
  coverage(): Coverage
}
