import { BackendError } from '../../errors.js'
import type { Cell } from '../../storage.js'
import type { MemoryInfo } from '../backend.js'
import { Arena, type Block } from './arena.js'
import type { Heap } from './heap.js'

/** The resident copy of a cell, in the order of last use. */
export class Resident {
  older: Resident | null = null
  newer: Resident | null = null
  /** The command that used it last; what the current one uses must stay. */
  stamp = 0

  constructor(
    readonly cell: Cell,
    readonly block: Block,
  ) {}
}

/** Residents from the longest unused to the last used. */
class Order {
  bytes = 0
  count = 0
  private oldest: Resident | null = null
  private newest: Resident | null = null

  /** @param room - bytes they may fill before the longest unused go */
  constructor(public room: number) {}

  add(r: Resident): void {
    this.append(r)
    this.bytes += r.block.size
    this.count++
  }

  remove(r: Resident): void {
    this.unlink(r)
    this.bytes -= r.block.size
    this.count--
  }

  use(r: Resident): void {
    if (r === this.newest) return
    this.unlink(r)
    this.append(r)
  }

  /** The longest unused that the current command does not need. */
  victim(stamp: number): Resident | null {
    let r = this.oldest
    while (r && r.stamp === stamp) r = r.newer
    return r
  }

  private append(r: Resident): void {
    r.older = this.newest
    if (this.newest) this.newest.newer = r
    else this.oldest = r
    this.newest = r
  }

  private unlink(r: Resident): void {
    if (r.older) r.older.newer = r.newer
    else this.oldest = r.newer
    if (r.newer) r.newer.older = r.older
    else this.newest = r.older
    r.older = r.newer = null // what is gone holds on to nothing
  }
}

/**
 * Keeps the most recently used cells in WASM memory. When there is no more room, the longest unused are spilled: copied
 * home to a typed array, where the garbage collector sees them. So a loop that drops its tensors needs no bookkeeping,
 * even if it never lets a finalizer run, and one that keeps them loses nothing.
 */
export class Residency {
  private readonly arena: Arena
  private readonly loose: Order
  private readonly pinned: Order
  private stamp = 1
  /** Bytes that ever became resident: the clock by which it is judged how early a cell was spilled. */
  private clock = 0
  private spilledBytes = 0
  private spilledCount = 0

  /**
   * @param heap - the memory
   * @param base - where it begins to be free
   * @param room - bytes for cells that are not pinned, and at first as many for those that are: a loop that makes and
   *   drops models must not keep them all. Both grow when what was spilled is wanted back
   * @param most - bytes that the room may grow to; what is pinned and wanted has no such bound
   * @param onSpill - told of every cell that leaves
   */
  constructor(
    private readonly heap: Heap,
    private readonly base: number,
    room: number,
    private readonly most: number,
    private readonly onSpill: (cell: Cell) => void,
  ) {
    this.arena = new Arena(base, (end) => heap.commit(end))
    this.loose = new Order(room)
    this.pinned = new Order(room)
  }

  /** Begins a command: what it uses from now on stays until the next begins. */
  begin(): void {
    this.stamp++
  }

  /** The address of a cell's values, loaded from home where they are not resident. */
  load(cell: Cell): number {
    let r = cell.resident as Resident | null
    if (!r) {
      if (cell.spilledAt >= 0) this.regret(cell)
      r = this.settle(cell)
      this.heap.store(cell.home!, r.block.offset)
    }
    this.touch(r)
    return r.block.offset
  }

  /** An address for a cell's values, which a kernel is about to write. */
  place(cell: Cell): number {
    const r = (cell.resident as Resident | null) ?? this.settle(cell)
    cell.home = null
    this.touch(r)
    return r.block.offset
  }

  /** Frees a cell's resident copy. */
  drop(cell: Cell): void {
    const r = cell.resident as Resident | null
    if (!r) return
    this.orderOf(cell).remove(r) // before the block may join its neighbours
    cell.resident = null
    this.arena.give(r.block)
  }

  /** Keeps a cell where it is while anything else can make room. */
  pin(cell: Cell): void {
    if (cell.pinned) return
    const r = cell.resident as Resident | null
    if (r) this.loose.remove(r)
    cell.pinned = true
    if (r) this.pinned.add(r)
  }

  /** A block that belongs to no cell (workspace). */
  takeBlock(bytes: number): Block {
    return this.make(bytes)
  }

  /** Gives such a block back. */
  giveBlock(block: Block): void {
    this.arena.give(block)
  }

  memory(): MemoryInfo {
    const { loose, pinned } = this
    return {
      resident: { bytes: loose.bytes + pinned.bytes, count: loose.count + pinned.count },
      pinned: { bytes: pinned.bytes, count: pinned.count },
      spilled: { bytes: this.spilledBytes, count: this.spilledCount },
      limit: Math.max(this.limit(), this.arena.extent),
    }
  }

  /** Bytes to which the arena may extend; what it has once had stays in use. */
  private limit(): number {
    return this.loose.room + Math.min(this.pinned.room, this.pinned.bytes)
  }

  private orderOf(cell: Cell): Order {
    return cell.pinned ? this.pinned : this.loose
  }

  private touch(r: Resident): void {
    r.stamp = this.stamp
    this.orderOf(r.cell).use(r)
  }

  private settle(cell: Cell): Resident {
    const r = new Resident(cell, this.make(cell.bytes))
    cell.resident = r
    cell.spilledAt = -1
    this.clock += r.block.size
    this.orderOf(cell).add(r)
    return r
  }

  /** A spilled cell is wanted back. If it went too early, the room is smaller than what this program works with. */
  private regret(cell: Cell): void {
    if (cell.pinned) this.pinned.room += cell.bytes
    // what comes back after a long time has no claim to a place, or a loop with rare guests would grow for ever
    else if (this.clock - cell.spilledAt <= this.loose.room)
      this.loose.room = Math.max(this.loose.room, Math.min(this.most, this.loose.room + cell.bytes))
  }

  private make(bytes: number): Block {
    for (;;) {
      const block = this.arena.take(bytes, this.limit())
      if (block) return block
      const crowded = this.pinned.bytes > this.pinned.room
      const victim = (crowded ? this.pinned.victim(this.stamp) : null) ?? this.loose.victim(this.stamp)
      if (victim) this.spill(victim)
      else break
    }
    // Everything else in here is pinned or at work right now, so the room must grow; then the pinned must go, too.
    for (;;) {
      const block = this.arena.take(bytes, this.heap.capacity - this.base)
      if (block) {
        const pinned = Math.min(this.pinned.room, this.pinned.bytes)
        this.loose.room = Math.max(this.loose.room, this.arena.extent - pinned)
        return block
      }
      const victim = this.pinned.victim(this.stamp)
      if (!victim)
        throw new BackendError(
          `wasm: ${bytes} bytes more are needed at once, but WebAssembly memory ends at ${this.heap.capacity} bytes; ` +
            'use smaller batches or shorter sequences',
        )
      this.spill(victim)
    }
  }

  private spill(r: Resident): void {
    const { cell } = r
    if (!cell.home) {
      cell.home = this.heap.copy(cell.dtype, r.block.offset, cell.length)
      this.spilledBytes += cell.bytes
      this.spilledCount++
    }
    cell.spilledAt = this.clock
    this.drop(cell)
    this.onSpill(cell)
  }
}
