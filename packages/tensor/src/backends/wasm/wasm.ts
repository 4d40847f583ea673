import { arrayOf, BYTES, type DType, type TypedArray } from '../../dtype.js'
import { BackendError } from '../../errors.js'
import type { Program } from '../../program/program.js'
import type { Recording } from '../../program/recording.js'
import { state } from '../../state.js'
import { type Cell, makeCell, Storage } from '../../storage.js'
import type { Backend, BackendInfo, Coverage, MemoryInfo } from '../backend.js'
import type { AnyKernel, Kernel } from '../kernel.js'
import { IN_OUT, KERNELS, type KernelAttrs, type KernelName } from '../kernels.js'
import type { Block } from './arena.js'
import { CommandList } from './commands.js'
import { scratchBytes, supported } from './encoders/call.js'
import type { Engine, Run } from './engine.js'
import { Heap } from './heap.js'
import type { Build } from './load.js'
import { type Cut, partsOf, placed } from './parts.js'
import { type Crew, WasmProgram } from './program.js'
import { Residency } from './residency.js'
import type { Team } from './team/team.js'
import { Workspace } from './workspace.js'

/** Bytes for commands. */
const COMMANDS = 65536
/** Bytes at their end for the table of the shares of one call. */
const TABLE = 256
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
  /** Links the kernels to the memory. */
  readonly engine: (memory: WebAssembly.Memory) => Engine
  /** Whether memory is shared, so that other threads can help. */
  readonly shared: boolean
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
  private readonly heap: Heap
  private readonly engine: Engine
  private readonly list: CommandList
  private readonly residency: Residency
  private readonly workspace: Workspace
  private readonly registry: FinalizationRegistry<Cell> | null
  /** Gives back what belonged to recorded steps that nobody holds any more. */
  private readonly programs: FinalizationRegistry<Block> | null
  private readonly staging: number
  private readonly borrowed = new Set<string>()
  private viewed: ArrayBufferLike
  private staged = 0
  private scratch: Block | null = null
  private crew: Crew | null = null
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
    this.heap = new Heap(COMMANDS + STAGING + 65536, PAGES, settings.shared)
    this.engine = settings.engine(this.heap.memory)
    const commands = Math.ceil(this.engine.base / 64) * 64
    this.staging = commands + COMMANDS
    this.heap.commit(this.staging + STAGING)
    this.viewed = this.heap.memory.buffer
    this.list = new CommandList(this.viewed, commands, COMMANDS - TABLE)
    // A storage that nobody holds any more gives its copy back; without finalizers, spilling alone keeps order.
    this.registry =
      typeof FinalizationRegistry === 'function'
        ? new FinalizationRegistry((cell) => this.residency.drop(cell))
        : null
    this.residency = new Residency(this.heap, this.staging + STAGING, settings.room, settings.most, (cell) =>
      this.registry?.unregister(cell),
    )
    this.workspace = new Workspace(this.residency)
    this.programs =
      typeof FinalizationRegistry === 'function'
        ? new FinalizationRegistry((block) => this.residency.giveBlock(block))
        : null
  }

  supports(dtype: DType): boolean {
    return dtype !== 'float64'
  }

  adopt(values: TypedArray, dtype: DType): Storage {
    const storage = this.storage(makeCell(dtype, values.length, values.byteLength, values), true)
    state.recording?.adopted(storage, values)
    return storage
  }

  allocate(dtype: DType, length: number, temporary = false): Storage {
    const storage = this.storage(makeCell(dtype, length, length * BYTES[dtype], null), !temporary)
    state.recording?.allocated(storage)
    return storage
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
    kernel: Kernel<K>,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void {
    const p = this.describe(inputs, outputs, attrs)
    if (!supported(kernel.wasm, inputs.length > 0 ? p.inputDTypes : p.outputDTypes, attrs)) {
      this.borrow(kernel, inputs, outputs, attrs)
      return
    }
    state.recording?.ran(kernel, inputs, outputs, attrs)
    this.residency.begin()
    this.staged = this.staging
    for (let i = 0; i < inputs.length; i++) p.inputs[i] = this.fetch(inputs[i]!)
    const inOut = IN_OUT.has(kernel.name)
    for (let i = 0; i < outputs.length; i++) p.outputs[i] = this.room(outputs[i]!, inOut)
    this.list.clear()
    this.issue(kernel, p)
    for (let i = 0; i < outputs.length; i++) {
      const { cell } = outputs[i]!
      if (cell.bytes <= SMALL) cell.home = this.heap.copy(cell.dtype, p.outputs[i]!, cell.length)
    }
  }

  /** Runs a call whose operands have their places, on all threads where that pays. */
  private issue(kernel: AnyKernel, call: Placed): void {
    const { list } = this
    const crew = this.atWork()
    const parts = crew ? partsOf(kernel, call, crew.cut) : null
    if (!crew || !parts || parts.calls.length < 2) {
      call.scratch = this.reserve(scratchBytes(kernel.wasm, call.attrs))
      this.renew()
      kernel.wasm.encode(list, call)
      this.engine.runOf(kernel.family)(list.offset, list.count)
      return
    }
    const scratch = this.reserve(parts.bytes)
    this.renew()
    const table = list.offset + COMMANDS - TABLE
    let count = 0
    for (const part of placed(parts, scratch)) {
      this.heap.i32.set([list.end, 1], (table >> 2) + 2 * count++)
      kernel.wasm.encode(list, part)
    }
    crew.team.run({ shares: parts.shares, table })
  }

  /** Follows the memory where it has grown. */
  private renew(): void {
    if (this.viewed === this.heap.memory.buffer) return
    this.viewed = this.heap.memory.buffer
    this.list.attach(this.viewed)
  }

  /** The threads, where there are several. */
  private atWork(): Crew | null {
    return this.crew && this.crew.team.size > 1 ? this.crew : null
  }

  /**
   * Starts threads that help this one.
   *
   * @param cut - how calls are cut for them
   * @param makeTeam - makes a team over the memory and a control block at this byte offset
   * @param bytes - of the control block
   * @param helpers - how many
   */
  async hire(
    cut: Cut,
    makeTeam: (memory: WebAssembly.Memory, words: () => Int32Array, block: number, run: Run) => Team,
    bytes: number,
    helpers: number,
  ): Promise<void> {
    const { heap, residency } = this
    const { workBytes, whole } = this.engine
    if (!whole) throw new BackendError('wasm: threads need all kernels in one module')
    const { module, run } = whole
    const team = makeTeam(heap.memory, () => heap.i32, residency.takeBlock(bytes).offset, run)
    const scratch = Array.from({ length: helpers }, () => residency.takeBlock(workBytes).offset)
    await team.start(module, scratch)
    this.crew = { team, cut }
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
    if (!this.scratch || this.scratch.size < bytes) {
      if (this.scratch) this.residency.giveBlock(this.scratch)
      this.scratch = null
      this.scratch = this.residency.takeBlock(bytes)
    }
    return this.scratch.offset
  }

  /** Has the reference backend compute what there is no kernel for here; `coverage()` lists it. */
  private borrow<K extends KernelName>(
    kernel: Kernel<K>,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void {
    this.borrowed.add(kernel.name)
    state.recording?.borrowed(kernel.name)
    const results = outputs.map((s) => this.readSync(s)) // in-out outputs are read, too
    kernel.reference(
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

  load(
    recording: Recording,
    targets: ReadonlyMap<number, () => Storage>,
    results: ReadonlySet<number>,
  ): Program {
    const { heap, engine, residency, workspace } = this
    const forget = (program: object) => this.programs?.unregister(program)
    const team = () => this.atWork()
    const machine = { backend: this, heap, engine, residency, workspace, small: SMALL, forget, team }
    const program = new WasmProgram(machine, recording, targets, results)
    this.programs?.register(program, program.block, program)
    return program
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
    const { build, notes } = this.settings
    return { name: this.name, build, threads: this.crew?.team.size ?? 1, notes }
  }

  coverage(): Coverage {
    const own = KERNELS.filter((k) => !this.borrowed.has(k))
    return { own, reference: [...this.borrowed] }
  }
}
