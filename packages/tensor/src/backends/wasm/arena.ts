/** A stretch of the arena: free, or used. Neighbours in memory are linked, so that free ones can grow together. */
export class Block {
  free = false
  before: Block | null = null
  after: Block | null = null
  // Links within the list of free blocks of one size class.
  private previousFree: Block | null = null
  private nextFree: Block | null = null

  constructor(
    readonly offset: number,
    public size: number,
  ) {}

  /** Enters the free list that begins at `head`; returns the new head. */
  enter(head: Block | null): Block {
    this.free = true
    this.previousFree = null
    this.nextFree = head
    if (head) head.previousFree = this
    return this
  }

  /** Leaves its free list; returns the list's head. */
  leave(head: Block | null): Block | null {
    const { previousFree, nextFree } = this
    this.free = false
    if (previousFree) previousFree.nextFree = nextFree
    if (nextFree) nextFree.previousFree = previousFree
    // a block that lives long must not hold on to others that are gone
    this.previousFree = this.nextFree = null
    return head === this ? nextFree : head
  }

  /** The next block of the same free list. */
  get following(): Block | null {
    return this.nextFree
  }
}

/** Blocks begin at multiples of this: a cache line. */
const ALIGN = 64
/** Size classes per doubling. */
const STEPS = 4

/** The class in which a block of this size is kept: all blocks of higher classes are larger. */
function classOf(size: number): number {
  const exponent = 31 - Math.clz32(size)
  return exponent * STEPS + ((size >>> (exponent - 2)) & (STEPS - 1))
}

/**
 * Memory by the block, with segregated free lists (Masmano et al., "TLSF", 2004): taking and returning a block cost
 * the same however many there are, and free neighbours are joined at once.
 */
export class Arena {
  private readonly heads: (Block | null)[] = new Array<Block | null>(32 * STEPS).fill(null)
  private last: Block | null = null
  /** End of what was ever used. */
  private top: number

  /**
   * @param base - where the arena begins
   * @param commit - makes sure that memory exists up to an address
   */
  constructor(
    private readonly base: number,
    private readonly commit: (end: number) => void,
  ) {
    this.top = base
  }

  /** Bytes from the arena's begin to the end of what was ever used. */
  get extent(): number {
    return this.top - this.base
  }

  /** A block of at least `bytes`, without letting the extent pass `limit`; null where there is no room. */
  take(bytes: number, limit: number): Block | null {
    const size = Math.max(ALIGN, Math.ceil(bytes / ALIGN) * ALIGN)
    return this.reuse(size) ?? this.extend(size, limit)
  }

  /** Gives a block back. */
  give(block: Block): void {
    let whole = block
    const { before, after } = block
    if (after?.free) {
      this.unlist(after)
      this.join(whole, after)
    }
    if (before?.free) {
      this.unlist(before)
      this.join(before, whole)
      whole = before
    }
    this.list(whole)
  }

  private reuse(size: number): Block | null {
    const first = classOf(size)
    for (let c = first; c < this.heads.length; c++) {
      // within the first class blocks may be too small; every one of a higher class is large enough
      for (let b = this.heads[c] ?? null, tries = 0; b && tries < 8; b = b.following, tries++)
        if (b.size >= size) {
          this.unlist(b)
          this.split(b, size)
          return b
        }
    }
    return null
  }

  private extend(size: number, limit: number): Block | null {
    const tail = this.last?.free ? this.last : null
    const offset = tail ? tail.offset : this.top
    if (offset + size - this.base > limit) return null
    this.commit(offset + size)
    this.top = offset + size
    if (tail) {
      this.unlist(tail)
      tail.size = size
      return tail
    }
    const block = new Block(offset, size)
    block.before = this.last
    if (this.last) this.last.after = block
    this.last = block
    return block
  }

  private split(block: Block, size: number): void {
    const rest = block.size - size
    if (rest < ALIGN) return
    const tail = new Block(block.offset + size, rest)
    tail.before = block
    tail.after = block.after
    if (block.after) block.after.before = tail
    else this.last = tail
    block.after = tail
    block.size = size
    this.list(tail)
  }

  /** Lets `a` take in its neighbour `b`, which is no block any more. */
  private join(a: Block, b: Block): void {
    a.size += b.size
    a.after = b.after
    if (b.after) b.after.before = a
    else this.last = a
    b.before = b.after = null
  }

  private list(block: Block): void {
    const c = classOf(block.size)
    this.heads[c] = block.enter(this.heads[c] ?? null)
  }

  private unlist(block: Block): void {
    const c = classOf(block.size)
    this.heads[c] = block.leave(this.heads[c] ?? null)
  }
}
