import type { Block } from './arena.js'
import type { Residency } from './residency.js'

/** Memory that all recorded steps share, since only one is replayed at a time; as large as the largest of them needs. */
export class Workspace {
  private block: Block | null = null

  constructor(private readonly residency: Residency) {}

  /** Where at least so many bytes are. It moves when it must grow. */
  reserve(bytes: number): number {
    if (!this.block || this.block.size < bytes) {
      if (this.block) this.residency.giveBlock(this.block)
      this.block = null
      this.block = this.residency.takeBlock(Math.max(64, bytes))
    }
    return this.block.offset
  }
}
