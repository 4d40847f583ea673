import { arrayOf, BYTES, type DType, type TypedArray } from '../../dtype.js'
import { BackendError } from '../../errors.js'
import type { Program } from '../../program/program.js'
import type { Recording } from '../../program/recording.js'
import { state } from '../../state.js'
import { makeCell, Storage } from '../../storage.js'
import type { Backend, BackendInfo, Coverage, MemoryInfo } from '../backend.js'
import type { Kernel } from '../kernel.js'
import { IN_OUT, type KernelAttrs, type KernelName } from '../kernels.js'
import type { DeviceBuffer } from './buffer.js'
import { fromDevice, halves } from './convert.js'
import type { Device } from './device.js'
import { lowerings, wordInputs } from './kernels/index.js'
import type { Lowering, Numbers } from './lowering.js'
import { GpuProgram } from './program.js'
import { Residency } from './residency.js'

/** Kernels on gpu.js; tensors stay on the device from op to op. */
export class GpuBackend implements Backend {
  readonly name = 'gpu'
  private readonly residency: Residency
  /** Frees what belonged to recorded steps that nobody holds any more. */
  private readonly programs = new FinalizationRegistry<{
    readonly device: Device
    readonly constants: ReadonlyMap<number, DeviceBuffer>
  }>(({ device, constants }) => {
    for (const buffer of constants.values()) device.free(buffer)
  })

  constructor(
    readonly device: Device,
    room: number,
    private readonly notes: readonly string[] = [],
  ) {
    this.residency = new Residency(device, room)
  }

  supports(dtype: DType): boolean {
    return dtype !== 'float64'
  }

  adopt(values: TypedArray, dtype: DType): Storage {
    const storage = new Storage(this, makeCell(dtype, values.length, values.byteLength, values), true)
    state.recording?.adopted(storage, values)
    return storage
  }

  allocate(dtype: DType, length: number, temporary = false): Storage {
    const cell = makeCell(dtype, length, length * BYTES[dtype], null)
    const storage = new Storage(this, cell, !temporary)
    state.recording?.allocated(storage)
    return storage
  }

  run<K extends KernelName>(
    kernel: Kernel<K>,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void {
    const { name } = kernel
    const lowering = lowerings[name] as Lowering<K> | undefined
    if (!lowering) throw new BackendError(unsupported(name))
    state.recording?.ran(kernel, inputs, outputs, attrs)
    if (outputs.every((s) => s.length === 0)) {
      outputs.forEach(setEmpty)
      return
    }
    const { device, residency } = this
    residency.begin()
    residency.makeRoom(outputs.reduce((sum, { length }) => sum + 4 * length, 0))
    // What is made here and not given away is freed, also where something throws.
    const own = new Set<Numbers>()
    const made = (buffer: DeviceBuffer) => {
      own.add(buffer)
      return buffer
    }
    try {
      const words: readonly number[] = wordInputs[name] ?? []
      const call = {
        inputs: inputs.map((s, i) =>
          words.includes(i) ? made(device.upload(halves(s.cell.home as Int32Array))) : residency.load(s),
        ),
        inputDTypes: inputs.map((s) => s.dtype),
        before: IN_OUT.has(name) ? outputs.map((s) => residency.load(s)) : [],
        outputLengths: outputs.map((s) => s.length),
        outputDTypes: outputs.map((s) => s.dtype),
        attrs,
      }
      const results = lowering(call, (source, size, args) =>
        made(device.launch(source, size, args as (DeviceBuffer | number)[])),
      ) as readonly (DeviceBuffer | null)[]
      const wrong = outputs.findIndex(
        (s, i) => s.length > 0 && (!own.has(results[i]!) || results.indexOf(results[i]!) !== i),
      )
      if (wrong !== -1)
        throw new BackendError(`gpu: '${name}' gave output ${wrong} twice, not at all, or an input`)
      outputs.forEach((s, i) => {
        if (s.length === 0) {
          setEmpty(s)
          return
        }
        own.delete(results[i]!)
        residency.place(s, results[i]!)
      })
    } finally {
      for (const rest of own) device.free(rest as DeviceBuffer)
    }
  }

  async read(storage: Storage): Promise<TypedArray> {
    const { cell } = storage
    if (cell.home || !cell.resident) return this.atHome(storage).slice()
    return fromDevice(await this.device.read(cell.resident as DeviceBuffer), cell.dtype)
  }

  readSync(storage: Storage): TypedArray {
    const { cell } = storage
    if (cell.home || !cell.resident) return this.atHome(storage).slice()
    return fromDevice(this.device.readSync(cell.resident as DeviceBuffer), cell.dtype)
  }

  peek(storage: Storage): TypedArray | null {
    const { cell } = storage
    if (!cell.home && cell.resident && this.device.mode === 'webgpu') return null
    return cell.home ?? this.readSync(storage)
  }

  private atHome({ cell }: Storage): TypedArray {
    return cell.home ?? arrayOf(cell.dtype, cell.length) // no kernel has written it yet
  }

  write(storage: Storage, values: TypedArray): void {
    this.residency.drop(storage.cell)
    storage.cell.home = values
  }

  watch(storage: Storage): void {
    this.residency.watch(storage)
  }

  release({ cell }: Storage): void {
    this.residency.drop(cell)
    cell.home = null
  }

  pin({ cell }: Storage): void {
    this.residency.pin(cell)
  }

  load(
    recording: Recording,
    targets: ReadonlyMap<number, () => Storage>,
    results: ReadonlySet<number>,
  ): Program {
    const { device, programs } = this
    const constants = new Map<number, DeviceBuffer>()
    const program = new GpuProgram(this, this.residency, recording, { targets, results }, constants, () =>
      programs.unregister(constants),
    )
    programs.register(program, { device, constants }, constants)
    return program
  }

  wantsBreath(): boolean {
    return this.residency.wantsBreath()
  }

  memory(): MemoryInfo {
    return this.residency.memory()
  }

  info(): BackendInfo {
    const { kernels, launches, bytesUp, bytesDown } = this.device.counts
    const work = { kernels, launches, bytesUp, bytesDown }
    return { name: this.name, build: this.device.mode, threads: 1, notes: this.notes, work }
  }

  coverage(): Coverage {
    return { own: Object.keys(lowerings), reference: [] }
  }
}

function setEmpty({ cell }: Storage): void {
  cell.home = arrayOf(cell.dtype, cell.length)
}

/** What is said of a kernel that is not there. */
function unsupported(kernel: string): string {
  return (
    `gpu: there is no kernel for '${kernel}' yet (coverage() lists those that are); ` +
    'move the tensors by to(reference()), or setBackend(wasm())'
  )
}
