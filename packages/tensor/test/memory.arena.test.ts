import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena, type Block } from '../src/backends/wasm/arena.js'
import { Heap } from '../src/backends/wasm/heap.js'

const BASE = 4096
const NO_LIMIT = 2 ** 30

/** The blocks from the first to the last, by their links. */
function chainFrom(any: Block): Block[] {
  let first = any
  while (first.before) first = first.before
  const all: Block[] = []
  for (let b: Block | null = first; b; b = b.after) all.push(b)
  return all
}

function checkChain(blocks: readonly Block[], arena: Arena): void {
  let end = BASE
  blocks.forEach((b, i) => {
    expect(b.offset).toBe(end) // without gaps and overlaps
    expect(b.size % 64).toBe(0)
    expect(b.before).toBe(blocks[i - 1] ?? null)
    if (b.free) expect(blocks[i + 1]?.free ?? false, 'free neighbours are joined').toBe(false)
    end += b.size
  })
  expect(end - BASE).toBe(arena.extent)
}

// Sizes from nothing to several size classes apart; a number says which of the blocks at hand is given back.
const operations = fc.array(
  fc.oneof(
    fc.record({ take: fc.oneof(fc.nat(300), fc.nat(100_000), fc.constantFrom(0, 1, 63, 64, 65, 4096)) }),
    fc.record({ give: fc.nat() }),
  ),
  { maxLength: 200 },
)

describe('Arena', () => {
  test('blocks never overlap, whatever is taken and given back; in the end all is one block', () => {
    fc.assert(
      fc.property(operations, (list) => {
        let committed = BASE
        const arena = new Arena(BASE, (end) => {
          committed = Math.max(committed, end)
        })
        const used: { block: Block; bytes: number }[] = []
        let any: Block | undefined
        for (const op of list) {
          if ('take' in op) {
            const block = arena.take(op.take, NO_LIMIT)!
            expect(block.free).toBe(false)
            expect(block.size).toBeGreaterThanOrEqual(Math.max(op.take, 64))
            expect(block.offset + block.size).toBeLessThanOrEqual(committed)
            used.push({ block, bytes: op.take })
            any = block
          } else if (used.length > 0) {
            const [gone] = used.splice(op.give % used.length, 1)
            arena.give(gone!.block)
            any = used[0]?.block
          }
          if (any) checkChain(chainFrom(any), arena)
          const sorted = used.map((u) => u.block).sort((a, b) => a.offset - b.offset)
          for (let i = 1; i < sorted.length; i++)
            expect(sorted[i - 1]!.offset + sorted[i - 1]!.size).toBeLessThanOrEqual(sorted[i]!.offset)
        }
        for (const { block } of used) arena.give(block)
        if (arena.extent > 0) {
          const whole = arena.take(arena.extent, arena.extent)
          expect(whole?.offset).toBe(BASE)
          expect(whole?.size).toBe(arena.extent)
          expect([whole?.before, whole?.after]).toEqual([null, null])
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a limit bounds how far it extends, not what fits into holes', () => {
    const arena = new Arena(BASE, () => {})
    const [a, b] = [arena.take(1024, 2048)!, arena.take(1024, 2048)!]
    expect(arena.take(64, 2048)).toBeNull()
    arena.give(a)
    expect(arena.take(1000, 1024)).toBe(a)
    arena.give(b)
    expect(arena.take(1088, 2048)).toBeNull()
    const grown = arena.take(1088, 2112)!
    expect([grown.offset, grown.size]).toEqual([b.offset, 1088]) // the free end is extended, not left behind
  })

  test('a refused commit changes nothing', () => {
    let refuse = false
    const arena = new Arena(BASE, () => {
      if (refuse) throw new RangeError('no more')
    })
    const a = arena.take(64, NO_LIMIT)!
    arena.give(arena.take(64, NO_LIMIT)!)
    refuse = true
    expect(() => arena.take(128, NO_LIMIT)).toThrow('no more')
    checkChain(chainFrom(a), arena)
    expect(arena.take(64, NO_LIMIT)?.offset).toBe(a.offset + 64)
  })
})

describe('Heap', () => {
  test('grows within its bounds, and its views follow', () => {
    const heap = new Heap(65536, 4)
    heap.store(Float32Array.of(1, 2, 3), 1024)
    const before = heap.f32
    heap.commit(2 * 65536 + 1)
    expect(before.length).toBe(0) // detached
    expect(heap.u8.length).toBe(3 * 65536)
    expect(heap.copy('float32', 1024, 3)).toEqual(Float32Array.of(1, 2, 3))
    heap.commit(4 * 65536)
    expect(() => heap.commit(4 * 65536 + 1)).toThrow(/more memory/)
    expect(heap.u8.length).toBe(heap.capacity)
  })
})
