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
  oldest: Resident | null = null
  private newest: Resident | null = null

  add(r: Resident): void {
    r.older = this.newest
    r.newer = null
    if (this.newest) this.newest.newer = r
    else this.oldest = r
    this.newest = r
  }

  remove(r: Resident): void {
    if (r.older) r.older.newer = r.newer
    else this.oldest = r.newer
    if (r.newer) r.newer.older = r.older
    else this.newest = r.older
  }

  use(r: Resident): void {
    if (r === this.newest) return
    this.remove(r)
    this.add(r)
  }

  /** The longest unused that the current command does not need. */
  victim(stamp: number): Resident | null {
    let r = this.oldest
    while (r && r.stamp === stamp) r = r.newer
    return r
  }
}

/**
 * Keeps the most recently used cells in WASM memory. When there is no more room, the longest unused are spilled: copied
 * home to a typed array, where the garbage collector sees them. So a loop that drops its tensors needs no bookkeeping,
 * even if it never lets a finalizer run, and one that keeps them loses nothing.
 */
export class Residency {
  private readonly arena: Arena
  private readonly loose = new Order()
  private readonly pinned = new Order()
  private stamp = 1
  private bytes = 0
  private count = 0
  private pinnedBytes = 0
  private pinnedCount = 0
  private spilledBytes = 0
  private spilledCount = 0

  /**
   * @param heap - the memory
   * @param base - where it begins to be free
   * @param room - bytes for cells that are not pinned; grows when what was spilled is wanted back
   * @param most - bytes that the room may grow to
   * @param onSpill - told of every cell that leaves
   */
  constructor(
    private readonly heap: Heap,
    base: number,
    private room: number,
    private readonly most: number,
    private readonly onSpill: (cell: Cell) => void,
  ) {
    this.arena = new Arena(base, (end) => heap.commit(end))
  }

  /** Begins a command: what it uses from now on stays until the next begins. */
  begin(): void {
    this.stamp++
  }

  /** The address of a cell's values, loaded from home where they are not resident. */
  load(cell: Cell): number {
    let r = cell.resident as Resident | null
    if (!r) {
      r = this.settle(cell)
      this.heap.store(cell.home!, r.block.offset)
      if (cell.spilled) {
        // It was moved out too early: the room is smaller than what this program works with.
        cell.spilled = false
        this.room = Math.min(this.most, this.room + r.block.size)
      }
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
    ;(cell.pinned ? this.pinned : this.loose).remove(r)
    cell.resident = null
    this.tally(cell, r, -1) // before the block may join its neighbours
    this.arena.give(r.block)
  }

  /** Keeps a cell where it is while anything else can make room. */
  pin(cell: Cell): void {
    if (cell.pinned) return
    const r = cell.resident as Resident | null
    if (r) {
      this.loose.remove(r)
      this.tally(cell, r, -1)
    }
    cell.pinned = true
    if (r) {
      this.pinned.add(r)
      this.tally(cell, r, 1)
    }
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
    return {
      resident: { bytes: this.bytes, count: this.count },
      pinned: { bytes: this.pinnedBytes, count: this.pinnedCount },
      spilled: { bytes: this.spilledBytes, count: this.spilledCount },
      limit: this.room + this.pinnedBytes,
    }
  }

  private touch(r: Resident): void {
    r.stamp = this.stamp
    ;(r.cell.pinned ? this.pinned : this.loose).use(r)
  }

  private settle(cell: Cell): Resident {
    const r = new Resident(cell, this.make(cell.bytes))
    cell.resident = r
    ;(cell.pinned ? this.pinned : this.loose).add(r)
    this.tally(cell, r, 1)
    return r
  }

  private make(bytes: number): Block {
    for (;;) {
      const block = this.arena.take(bytes, this.room + this.pinnedBytes)
      if (block) return block
      const victim = this.loose.victim(this.stamp)
      if (victim) this.spill(victim)
      else break
    }
    // Everything else in here is pinned or at work right now, so the room must grow; then the pinned must go, too.
    for (;;) {
      const block = this.arena.take(bytes, this.heap.capacity - this.heap.reserved)
      if (block) {
        this.room = Math.max(this.room, this.arena.extent - this.pinnedBytes)
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
    cell.spilled = true
    this.drop(cell)
    this.onSpill(cell)
  }

  private tally(cell: Cell, r: Resident, sign: 1 | -1): void {
    this.bytes += sign * r.block.size
    this.count += sign
    if (cell.pinned) {
      this.pinnedBytes += sign * r.block.size
      this.pinnedCount += sign
    }
  }
}
