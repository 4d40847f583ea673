import { BYTES, type TypedArray } from '../../dtype.js'
import { type Plan, plan } from '../../program/plan.js'
import type { Program, Replay } from '../../program/program.js'
import type { Call, Recording, Value } from '../../program/recording.js'
import { makeCell, Storage } from '../../storage.js'
import type { Block } from './arena.js'
import { CommandList } from './commands.js'
import type { Engine, Run } from './engine.js'
import type { Heap } from './heap.js'
import { type Cut, type Parts, partsOf, placed } from './parts.js'
import type { Residency } from './residency.js'
import type { Team, Units } from './team/team.js'
import type { WasmBackend } from './wasm.js'
import type { Workspace } from './workspace.js'

/** Threads, and how calls are cut for them. */
export interface Crew {
  readonly team: Team
  readonly cut: Cut
}

/** What a program works with. */
export interface Machine {
  readonly backend: WasmBackend
  readonly heap: Heap
  readonly engine: Engine
  readonly residency: Residency
  /** The memory that all programs share for what lives only during a replay. */
  readonly workspace: Workspace
  /** Cells up to this size live at home only. */
  readonly small: number
  /** The threads that may help, and how calls are cut for them; null where there are none. */
  readonly team: () => Crew | null
  /** Told of a program that gives its block back by itself. */
  readonly forget: (program: object) => void
}

/** A parameter or the like whose values a program finds, and leaves, at home. */
interface AtHome {
  readonly value: number
  readonly storage: Storage
  readonly written: boolean
}

/** One that is resident while kernels work. */
interface Resident extends AtHome {
  at: number
}

/**
 * A recorded step as one list of commands over buffers at fixed addresses: temporaries, arguments and small state in a
 * workspace that all programs share, constants in a block of its own, large state where it is resident. When one of
 * them has moved, the list is written again.
 */
export class WasmProgram implements Program {
  private readonly plan: Plan
  private readonly scratch: number
  private readonly home: AtHome[] = []
  private readonly residents: Resident[] = []
  private readonly constants: Int32Array
  private readonly written = new Set<number>()
  /** Where its commands and constants lie. */
  readonly block: Block
  private readonly list: CommandList
  /** The list as threads share it; null where one does all. */
  private units: Units | null = null
  private readonly table: number
  /** The list as one thread runs it: commands in a row that one module runs. */
  private stretches: { readonly run: Run; readonly at: number; count: number }[] = []
  private viewed: ArrayBufferLike
  private base = -1

  /**
   * @param recording - the step
   * @param targets - values that are written into state of their own: the gradients of leaves
   * @param results - values that are handed out after each replay
   */
  constructor(
    private readonly machine: Machine,
    private readonly recording: Recording,
    private readonly targets: ReadonlyMap<number, () => Storage>,
    results: ReadonlySet<number>,
  ) {
    const { values } = recording
    const { small } = machine
    const isResident = (v: number) => {
      const { source, length, dtype } = values[v]!
      const state = source.kind === 'state' || source.kind === 'gradient' || targets.has(v)
      return state && length * BYTES[dtype] > small
    }
    const constant = (v: number) => values[v]!.source.kind === 'constant'
    const always = new Set(results)
    for (const v of targets.keys()) always.add(v)
    for (const call of recording.calls)
      for (const v of call.outputs) {
        this.written.add(v)
        if (values[v]!.source.kind === 'state') always.add(v)
      }
    this.plan = plan(recording, (v) => !isResident(v) && !constant(v), always)
    const used = new Set(this.plan.calls.flatMap((c) => [...c.inputs, ...c.outputs]))
    values.forEach((value, v) => {
      if (!used.has(v) && !always.has(v)) return
      const storage = this.stateOf(v, value)
      if (!storage) return
      const entry = { value: v, storage, written: this.written.has(v), at: -1 }
      if (isResident(v)) this.residents.push(entry)
      else this.home.push(entry)
    })
    const parts = this.plan.calls.map((c) => this.parts(c, () => 0))
    this.scratch = Math.max(0, ...parts.map(({ bytes }) => bytes))
    const commands = parts.reduce((sum, { calls }) => sum + calls.length, 0)
    this.constants = new Int32Array(values.length).fill(-1)
    let constants = 0
    for (const v of used)
      if (constant(v)) {
        this.constants[v] = constants
        constants += aligned(values[v]!.length * BYTES[values[v]!.dtype])
      }
    const words = aligned(commands * WORDS * 4)
    const shares = aligned(commands * 8)
    this.block = machine.residency.takeBlock(words + shares + constants)
    this.table = this.block.offset + words
    for (const v of used)
      if (constant(v)) {
        this.constants[v]! += this.table + shares
        machine.heap.store((values[v]!.source as { values: TypedArray }).values, this.constants[v]!)
      }
    this.viewed = machine.heap.memory.buffer
    this.list = new CommandList(this.viewed, this.block.offset, words)
  }

  replay(args: readonly Storage[], live: ReadonlyMap<number, TypedArray>): Replay {
    const { machine, plan, recording } = this
    const { heap, residency, workspace } = machine
    residency.begin()
    const base = workspace.reserve(plan.bytes + this.scratch)
    let moved = base !== this.base
    this.base = base
    for (const r of this.residents) {
      const { cell } = this.current(r)
      const at = cell.home || cell.resident ? residency.load(cell) : residency.place(cell)
      if (at !== r.at) {
        r.at = at
        moved = true
      }
      if (r.written) cell.home = null // from here on memory knows better
    }
    if (moved || this.viewed !== heap.memory.buffer) this.encode()
    recording.values.forEach(({ source }, v) => {
      const offset = plan.offsets[v]!
      if (offset === -1) return
      if (source.kind === 'argument') heap.store(machine.backend.peek(args[source.index]!), base + offset)
      else if (source.kind === 'live') heap.store(live.get(v)!, base + offset)
    })
    for (const h of this.home) {
      if (recording.values[h.value]!.source.kind === 'temporary') continue // to be written only
      const { cell } = this.current(h)
      const at = base + plan.offsets[h.value]!
      if (cell.home) heap.store(cell.home, at)
      else heap.u8.fill(0, at, at + cell.bytes)
    }
    const crew = this.units ? machine.team() : null
    if (crew) crew.team.run(this.units!)
    else for (const { run, at, count } of this.stretches) run(at, count)
    for (const h of this.home) if (h.written) this.bringHome(h)
    for (const r of this.residents) if (r.written) this.current(r).version++
    return { result: (v) => this.handOut(v, args) }
  }

  free(): void {
    this.machine.forget(this)
    this.machine.residency.giveBlock(this.block)
  }

  /** The storage behind a value that is state, for now; null for others. */
  private stateOf(v: number, { source }: Value): Storage | null {
    if (source.kind === 'state') return source.storage
    if (source.kind === 'gradient') return source.leaf.gradient!.storage
    return this.targets.get(v)?.() ?? null
  }

  /** The same, when gradients may have been replaced since. */
  private current(entry: AtHome): Storage {
    return this.stateOf(entry.value, this.recording.values[entry.value]!)!
  }

  private bringHome(h: AtHome): void {
    const storage = this.current(h)
    const { cell } = storage
    const at = this.base + this.plan.offsets[h.value]!
    const view = this.machine.heap.view(cell.dtype, at, cell.length)
    if (cell.home) cell.home.set(view)
    else cell.home = view.slice()
    storage.version++
  }

  private handOut(v: number, args: readonly Storage[]): Storage {
    const { machine, recording } = this
    const { dtype, length, source } = recording.values[v]!
    if (source.kind === 'argument') return args[source.index]!
    const at = this.address(v)
    return new Storage(
      machine.backend,
      makeCell(dtype, length, length * BYTES[dtype], machine.heap.copy(dtype, at, length)),
    )
  }

  private address(v: number): number {
    if (this.constants[v]! >= 0) return this.constants[v]!
    const offset = this.plan.offsets[v]!
    return offset >= 0 ? this.base + offset : this.residents.find((r) => r.value === v)!.at
  }

  private encode(): void {
    const { machine, recording, plan, list } = this
    this.viewed = machine.heap.memory.buffer
    list.attach(this.viewed)
    list.clear()
    this.stretches = []
    const addresses = recording.values.map((_, v) =>
      plan.offsets[v]! >= 0 || this.constants[v]! >= 0 ? this.address(v) : -1,
    )
    for (const r of this.residents) addresses[r.value] = r.at
    const units = new UnitTable(this.machine.heap, this.table)
    // What is not cut goes together, as one share: fewer units, less waiting.
    let first = list.offset
    let before = 0
    const close = () => {
      if (list.count > before) units.add([[first, list.count - before]])
    }
    for (const call of plan.calls) {
      const parts = this.parts(call, (v) => addresses[v]!)
      const alone = parts.calls.length > 1
      if (alone) close()
      const starts: number[] = []
      const [start, count] = [list.end, list.count]
      for (const part of placed(parts, this.base + plan.bytes)) {
        starts.push(list.end)
        call.kernel.wasm.encode(list, part)
      }
      this.stretch(machine.engine.runOf(call.kernel.family), start, list.count - count)
      if (!alone) continue
      for (const n of parts.shares) units.add(starts.splice(0, n).map((at) => [at, 1]))
      first = list.end
      before = list.count
    }
    close()
    this.units = units.cut ? units : null
  }

  private stretch(run: Run, at: number, count: number): void {
    const last = this.stretches.at(-1)
    if (last?.run === run) last.count += count
    else this.stretches.push({ run, at, count })
  }

  private parts(call: Call, at: (value: number) => number): Parts {
    const { values } = this.recording
    const whole = {
      inputs: call.inputs.map(at),
      outputs: call.outputs.map(at),
      inputLengths: call.inputs.map((v) => values[v]!.length),
      outputLengths: call.outputs.map((v) => values[v]!.length),
      inputDTypes: call.inputs.map((v) => values[v]!.dtype),
      outputDTypes: call.outputs.map((v) => values[v]!.dtype),
      attrs: call.attrs,
      scratch: 0,
    }
    return partsOf(call.kernel, whole, this.machine.team()?.cut)
  }
}

/** The table of a list's shares, as it is filled. */
class UnitTable implements Units {
  readonly shares: number[] = []
  /** Whether any unit has several shares. */
  cut = false
  private count = 0

  constructor(
    private readonly heap: Heap,
    readonly table: number,
  ) {}

  /** Adds a unit of these shares: offset and number of their commands. */
  add(shares: readonly (readonly [at: number, commands: number])[]): void {
    for (const share of shares) this.heap.i32.set(share, (this.table >> 2) + 2 * this.count++)
    this.shares.push(shares.length)
    this.cut ||= shares.length > 1
  }
}

/** Words that a command takes at most. */
const WORDS = 64

function aligned(bytes: number): number {
  return Math.max(64, Math.ceil(bytes / 64) * 64)
}
