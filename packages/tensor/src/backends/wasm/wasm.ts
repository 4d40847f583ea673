import { arrayOf, BYTES, type DType, type TypedArray } from '../../dtype.js'
import { type Cell, makeCell, Storage } from '../../storage.js'
import type { Backend, BackendInfo, Coverage, MemoryInfo } from '../backend.js'
import { IN_OUT, type KernelAttrs, type KernelName } from '../kernels.js'
import { referenceKernels } from '../reference/kernels.js'
import type { Block } from './arena.js'
import { CommandList } from './commands.js'
import { encoders, scratchBytes, supported } from './encoders/index.js'
import { Heap } from './heap.js'
import { type Build, type Kernels, link } from './load.js'
import { Residency } from './residency.js'

/** Bytes for commands. */
const COMMANDS = 65536
/** Bytes for the small operands of one call. */
const STAGING = 131072
/** Cells up to this size live at home only and are copied for each call: cheaper than keeping track of them. */
const SMALL = 1024
/** 64-KB pages that the memory may grow to: 2 GB, so that addresses are positive as 32-bit integers, too. */
const PAGES = 32768
/** Bytes handed out before the event loop should turn. */
const BREATH = 32 * 2 ** 20

/** How a {@link WasmBackend} is set up. */
export interface WasmSettings {
  /** The compiled kernels. */
  readonly module: WebAssembly.Module
  /** Which build they are. */
  readonly build: Build
  /** Bytes that tensors may fill before the longest unused are moved out. */
  readonly room: number
  /** Bytes that the room may grow to by itself. */
  readonly most: number
  /** Why this is not what was asked for. */
  readonly notes: readonly string[]
}

/** A call whose operands have been given their places; one object serves all calls. */
interface Placed {
  inputs: number[]
  outputs: number[]
  inputLengths: number[]
  outputLengths: number[]
  inputDTypes: DType[]
  outputDTypes: DType[]
  attrs: KernelAttrs[KernelName]
  scratch: number
}

/**
 * Kernels in WebAssembly. A call becomes a command in linear memory: opcode, addresses, sizes; running an op is
 * running a list of one. The memory is a cache of tensors whose home is with the garbage collector (see Residency).
 */
export class WasmBackend implements Backend {
  readonly name = 'wasm'
  private readonly heap = new Heap(COMMANDS + STAGING + 65536, PAGES)
  private readonly kernels: Kernels
  private readonly list: CommandList
  private readonly residency: Residency
  private readonly registry: FinalizationRegistry<Cell> | null
  private readonly staging: number
  private readonly borrowed = new Set<string>()
  private viewed: ArrayBufferLike
  private staged = 0
  private workspace: Block | null = null
  private handedOut = 0
  private readonly placed: Placed = {
    inputs: [],
    outputs: [],
    inputLengths: [],
    outputLengths: [],
    inputDTypes: [],
    outputDTypes: [],
    attrs: {},
    scratch: 0,
  }

  constructor(private readonly settings: WasmSettings) {
    this.kernels = link(settings.module, this.heap.memory)
    const commands = Math.ceil(this.kernels.base / 64) * 64
    this.staging = commands + COMMANDS
    this.heap.commit(this.staging + STAGING)
    this.viewed = this.heap.memory.buffer
    this.list = new CommandList(this.viewed, commands, COMMANDS)
    // A storage that nobody holds any more gives its copy back; without finalizers, spilling alone keeps order.
    this.registry =
      typeof FinalizationRegistry === 'function'
        ? new FinalizationRegistry((cell) => this.residency.drop(cell))
        : null
    this.residency = new Residency(this.heap, this.staging + STAGING, settings.room, settings.most, (cell) =>
      this.registry?.unregister(cell),
    )
  }

  supports(dtype: DType): boolean {
    return dtype !== 'float64'
  }

  adopt(values: TypedArray, dtype: DType): Storage {
    return this.storage(makeCell(dtype, values.length, values.byteLength, values), true)
  }

  allocate(dtype: DType, length: number, temporary = false): Storage {
    return this.storage(makeCell(dtype, length, length * BYTES[dtype], null), !temporary)
  }

  private storage(cell: Cell, watched: boolean): Storage {
    if (watched && cell.bytes > SMALL) this.handedOut += cell.bytes
    return new Storage(this, cell, watched)
  }

  watch(storage: Storage): void {
    if (storage.watched) return
    storage.watched = true
    if (storage.cell.resident) this.register(storage)
  }

  // Only while there is a resident copy to free: the registry holds the cell, and with it its home.
  private register(storage: Storage): void {
    this.registry?.register(storage, storage.cell, storage.cell)
  }

  /** Frees the resident copy, if there is one. */
  private drop(cell: Cell): void {
    if (!cell.resident) return
    this.registry?.unregister(cell)
    this.residency.drop(cell)
  }

  run<K extends KernelName>(
    kernel: K,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void {
    const p = this.describe(inputs, outputs, attrs)
    if (!supported(kernel, inputs.length > 0 ? p.inputDTypes : p.outputDTypes, attrs)) {
      this.borrow(kernel, inputs, outputs, attrs)
      return
    }
    this.residency.begin()
    this.staged = this.staging
    p.scratch = this.reserve(scratchBytes(kernel, attrs))
    for (let i = 0; i < inputs.length; i++) p.inputs[i] = this.fetch(inputs[i]!)
    const inOut = IN_OUT.has(kernel)
    for (let i = 0; i < outputs.length; i++) p.outputs[i] = this.room(outputs[i]!, inOut)
    if (this.viewed !== this.heap.memory.buffer) {
      this.viewed = this.heap.memory.buffer
      this.list.attach(this.viewed)
    }
    this.list.clear()
    encoders[kernel].encode(this.list, p as never)
    this.kernels.run(this.list.offset, 1)
    for (let i = 0; i < outputs.length; i++) {
      const { cell } = outputs[i]!
      if (cell.bytes <= SMALL) cell.home = this.heap.copy(cell.dtype, p.outputs[i]!, cell.length)
    }
  }

  private describe(
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[KernelName],
  ): Placed {
    const p = this.placed
    p.inputs.length = p.inputLengths.length = p.inputDTypes.length = inputs.length
    p.outputs.length = p.outputLengths.length = p.outputDTypes.length = outputs.length
    p.attrs = attrs
    for (let i = 0; i < inputs.length; i++) {
      p.inputLengths[i] = inputs[i]!.cell.length
      p.inputDTypes[i] = inputs[i]!.cell.dtype
    }
    for (let i = 0; i < outputs.length; i++) {
      p.outputLengths[i] = outputs[i]!.cell.length
      p.outputDTypes[i] = outputs[i]!.cell.dtype
    }
    return p
  }

  /** Where a kernel finds a storage's values. */
  private fetch(storage: Storage): number {
    const { cell } = storage
    if (cell.bytes > SMALL) {
      if (!cell.resident && storage.watched) this.register(storage)
      return this.residency.load(cell)
    }
    const at = this.stage(cell)
    if (cell.home) this.heap.store(cell.home, at)
    return at
  }

  /** Where a kernel shall write a storage's values. */
  private room(storage: Storage, inOut: boolean): number {
    const { cell } = storage
    if (cell.bytes <= SMALL) return inOut ? this.fetch(storage) : this.stage(cell)
    if (inOut && (cell.home || cell.resident)) this.fetch(storage)
    if (!cell.resident && storage.watched) this.register(storage)
    return this.residency.place(cell)
  }

  private stage(cell: Cell): number {
    const at = this.staged
    this.staged += (cell.bytes + 63) & ~63
    return at
  }

  /** Workspace of at least this size; the same block serves all commands. */
  private reserve(bytes: number): number {
    if (bytes === 0) return 0
    if (!this.workspace || this.workspace.size < bytes) {
      if (this.workspace) this.residency.giveBlock(this.workspace)
      this.workspace = null
      this.workspace = this.residency.takeBlock(bytes)
    }
    return this.workspace.offset
  }

  /** Has the reference backend compute what there is no kernel for here; `coverage()` lists it. */
  private borrow<K extends KernelName>(
    kernel: K,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void {
    this.borrowed.add(kernel)
    const results = outputs.map((s) => this.readSync(s)) // in-out outputs are read, too
    referenceKernels[kernel](
      inputs.map((s) => this.readSync(s)),
      results,
      attrs,
    )
    for (let i = 0; i < outputs.length; i++) this.write(outputs[i]!, results[i]!)
  }

  async read(storage: Storage): Promise<TypedArray> {
    return this.readSync(storage)
  }

  readSync(storage: Storage): TypedArray {
    return this.peek(storage).slice()
  }

  peek({ cell }: Storage): TypedArray {
    if (cell.home) return cell.home
    if (!cell.resident) return arrayOf(cell.dtype, cell.length) // no kernel has written it yet
    return this.heap.view(cell.dtype, this.residency.load(cell), cell.length)
  }

  write(storage: Storage, values: TypedArray): void {
    const { cell } = storage
    if (cell.pinned && cell.bytes > SMALL) {
      this.residency.begin()
      this.heap.store(values, this.room(storage, false))
    } else {
      this.drop(cell)
      cell.home = values
    }
  }

  release({ cell }: Storage): void {
    this.drop(cell)
    cell.home = null
  }

  pin({ cell }: Storage): void {
    this.residency.pin(cell)
  }

  wantsBreath(): boolean {
    const due = this.handedOut > BREATH
    if (due) this.handedOut = 0
    return due
  }

  memory(): MemoryInfo {
    return this.residency.memory()
  }

  info(): BackendInfo {
    return { name: this.name, build: this.settings.build, threads: 1, notes: this.settings.notes }
  }

  coverage(): Coverage {
    const own = Object.keys(encoders).filter((k) => !this.borrowed.has(k))
    return { own, reference: [...this.borrowed] }
  }
}
