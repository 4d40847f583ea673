import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Heap } from '../src/backends/wasm/heap.js'
import { Residency } from '../src/backends/wasm/residency.js'
import type { DType } from '../src/dtype.js'
import { type Cell, makeCell } from '../src/storage.js'

const KB = 1024

/** A residency over a small memory, used as commands use it. */
class Play {
  readonly heap: Heap
  readonly residency: Residency
  readonly left: Cell[] = []

  constructor(room: number, most = room, pages = 64) {
    this.heap = new Heap(65536, pages)
    this.residency = new Residency(this.heap, 65536, room, most, (cell) => this.left.push(cell))
  }

  /** A command that makes a cell of so many bytes, filled with a number. */
  make(bytes: number, value: number, dtype: DType = 'float32'): Cell {
    const cell = makeCell(dtype, bytes / (dtype === 'bool' ? 1 : 4), bytes, null)
    this.write(cell, value)
    return cell
  }

  write(cell: Cell, value: number): void {
    this.residency.begin()
    this.heap.view(cell.dtype, this.residency.place(cell), cell.length).fill(value)
  }

  /** A command that reads cells; returns the first value of each, and says where one is not all of one value. */
  read(...cells: Cell[]): number[] {
    this.residency.begin()
    const at = cells.map((cell) => this.residency.load(cell))
    return cells.map((cell, i) => {
      expect(this.residency.load(cell), 'what a command uses stays where it is').toBe(at[i])
      const values = this.heap.copy(cell.dtype, at[i]!, cell.length)
      expect(values.every((v) => v === values[0])).toBe(true)
      return values[0]!
    })
  }
}

describe('Residency', () => {
  test('spilled values come back equal, of every dtype', () => {
    const play = new Play(16 * KB)
    const dtypes = ['float32', 'int32', 'bool'] as const
    const cells = dtypes.map((dtype, i) => play.make(4 * KB, i + 1, dtype))
    for (let i = 0; i < 8; i++) play.make(4 * KB, 9)
    expect(cells.every((cell) => cell.resident === null && cell.home !== null)).toBe(true)
    expect(play.left.slice(0, 3)).toEqual(cells)
    expect(cells.flatMap((cell) => play.read(cell))).toEqual([1, 2, 3])
    expect(play.residency.memory().spilled.bytes).toBeGreaterThanOrEqual(12 * KB)
  })

  test('the longest unused goes first, the pinned only when nothing else can', () => {
    const play = new Play(16 * KB)
    const [a, b, c, d] = [1, 2, 3, 4].map((v) => play.make(4 * KB, v)) as [Cell, Cell, Cell, Cell]
    play.read(a)
    play.residency.pin(b)
    play.make(4 * KB, 5) // the pinned 4 KB came on top of the room
    expect(play.left).toEqual([])
    play.make(4 * KB, 6)
    play.make(4 * KB, 7)
    expect(play.left).toEqual([c, d])
    play.make(4 * KB, 8)
    expect(play.left).toEqual([c, d, a])
    for (let i = 0; i < 20; i++) play.make(4 * KB, i)
    expect(b.resident).not.toBeNull()
    expect(play.read(b)).toEqual([2])
  })

  test('pinned cells that nobody uses any more give way to new ones; those wanted back get room', () => {
    const play = new Play(16 * KB)
    const model = () => Array.from({ length: 4 }, (_, i) => [play.make(4 * KB, i), i] as const)
    const pinAll = (cells: ReturnType<typeof model>) => {
      for (const [cell] of cells) play.residency.pin(cell)
    }
    for (let i = 0; i < 50; i++) pinAll(model())
    expect(play.residency.memory().resident.bytes).toBeLessThanOrEqual(32 * KB)
    const large = [...model(), ...model(), ...model()]
    pinAll(large)
    for (let i = 0; i < 3; i++) for (const [cell, v] of large) expect(play.read(cell)).toEqual([v])
    const before = play.left.length
    for (let i = 0; i < 3; i++) for (const [cell] of large) play.read(cell)
    expect(play.left.length).toBe(before) // all 48 KB stay
  })

  test('the room grows when what was spilled is wanted back soon, not for a rare guest', () => {
    const play = new Play(16 * KB, 64 * KB)
    const six = Array.from({ length: 6 }, (_, i) => play.make(4 * KB, i))
    for (let i = 0; i < 10; i++) for (const [v, cell] of six.entries()) expect(play.read(cell)).toEqual([v])
    const { limit } = play.residency.memory()
    expect(limit).toBeGreaterThanOrEqual(24 * KB)
    expect(limit).toBeLessThanOrEqual(32 * KB)
    expect(six.every((cell) => cell.resident)).toBe(true)
    for (let i = 0; i < 100; i++) {
      for (let k = 0; k < 30; k++) play.make(4 * KB, k)
      expect(play.read(six[0]!)).toEqual([0])
    }
    expect(play.residency.memory().limit).toBe(limit)
  })

  test('what one command needs at once stays, even beyond the room', () => {
    const play = new Play(16 * KB)
    const many = Array.from({ length: 12 }, (_, i) => play.make(4 * KB, i))
    expect(play.read(...many)).toEqual(many.map((_, i) => i))
    expect(play.residency.memory().limit).toBeGreaterThanOrEqual(48 * KB)
  })

  test('at the end of memory pinned cells go too; what still does not fit is refused, and harms nothing', () => {
    const play = new Play(16 * KB, 16 * KB, 3) // 128 KB
    const pinned = play.make(60 * KB, 1)
    play.residency.pin(pinned)
    const big = play.make(100 * KB, 2)
    expect(pinned.resident).toBeNull()
    expect(play.read(pinned)).toEqual([1])
    const impossible = makeCell('float32', 64 * KB, 256 * KB, null)
    play.residency.begin()
    expect(() => play.residency.place(impossible)).toThrow(/smaller batches/)
    expect(impossible.resident).toBeNull()
    expect(play.read(big)).toEqual([2])
    play.make(100 * KB, 3)
    expect(play.read(big)).toEqual([2])
  })

  test('a cell changed in place is spilled with its new values', () => {
    const play = new Play(16 * KB)
    const cell = play.make(4 * KB, 1)
    const flood = () => Array.from({ length: 8 }, () => play.make(4 * KB, 0))
    flood()
    expect(play.read(cell)).toEqual([1]) // resident again, and at home, too
    play.write(cell, 2)
    expect(cell.home).toBeNull()
    flood()
    expect(cell.resident).toBeNull()
    expect(play.read(cell)).toEqual([2])
  })

  test('blocks for workspace are never moved, and grow while the room is exceeded', () => {
    const play = new Play(16 * KB)
    const cells = Array.from({ length: 4 }, (_, i) => play.make(4 * KB, i))
    let block = play.residency.takeBlock(8 * KB)
    for (const size of [20 * KB, 40 * KB]) {
      play.residency.giveBlock(block)
      block = play.residency.takeBlock(size)
      expect(block.size).toBe(size)
    }
    play.heap.u8.fill(7, block.offset, block.offset + block.size)
    for (let i = 0; i < 8; i++) play.make(4 * KB, 1)
    for (const [v, cell] of cells.entries()) expect(play.read(cell)).toEqual([v])
    expect(play.heap.u8.subarray(block.offset, block.offset + block.size).every((v) => v === 7)).toBe(true)
  })

  test('dropping frees; any sequence keeps every value, and counts what is there', () => {
    const command = fc.oneof(
      fc.record({ make: fc.integer({ min: 1, max: 12 }), pin: fc.boolean() }),
      fc.record({ read: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }) }),
      fc.record({ write: fc.nat() }),
      fc.record({ drop: fc.nat() }),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (list) => {
        const play = new Play(16 * KB, 40 * KB)
        const alive: { cell: Cell; value: number }[] = []
        let counter = 0
        const pick = (n: number) => alive[n % alive.length]!
        for (const op of list) {
          if ('make' in op) {
            const cell = play.make(op.make * KB, ++counter)
            if (op.pin) play.residency.pin(cell)
            alive.push({ cell, value: counter })
          } else if (alive.length === 0) continue
          else if ('read' in op) {
            const some = op.read.map(pick)
            expect(play.read(...some.map((s) => s.cell))).toEqual(some.map((s) => s.value))
          } else if ('write' in op) {
            const one = pick(op.write)
            one.value = ++counter
            play.write(one.cell, counter)
          } else {
            const [gone] = alive.splice(op.drop % alive.length, 1)
            play.residency.drop(gone!.cell)
            play.residency.drop(gone!.cell) // twice does no harm
            expect(gone!.cell.resident).toBeNull()
          }
          const there = alive.filter(({ cell }) => cell.resident)
          const bytes = (some: typeof alive) => some.reduce((sum, { cell }) => sum + cell.bytes, 0)
          const { resident, pinned, limit } = play.residency.memory()
          expect(resident).toEqual({ bytes: bytes(there), count: there.length })
          expect(pinned.bytes).toBe(bytes(there.filter(({ cell }) => cell.pinned)))
          expect(resident.bytes).toBeLessThanOrEqual(limit)
        }
        for (const { cell, value } of alive) expect(play.read(cell)).toEqual([value])
        for (const { cell } of alive) play.residency.drop(cell)
        expect(play.residency.memory().resident).toEqual({ bytes: 0, count: 0 })
      }),
      { numRuns: 150 },
    )
  })
})
