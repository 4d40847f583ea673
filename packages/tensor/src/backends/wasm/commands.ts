/**
 * Writes commands into WASM memory: `[opcode, length in words, arguments…]`, one after the other, in an area of fixed size.
 * `run(list.offset, list.count)` of the kernels executes them.
 */
export class CommandList {
  #words: Int32Array
  #floats: Float32Array
  #at = 0
  #start = 0
  #count = 0

  /** An area of `bytes` bytes at `offset` of the memory. */
  constructor(
    buffer: ArrayBufferLike,
    /** Where the list begins, in bytes. */
    readonly offset: number,
    readonly bytes: number,
  ) {
    this.#words = new Int32Array(buffer, offset, bytes >> 2)
    this.#floats = new Float32Array(buffer, offset, bytes >> 2)
  }

  /** Commands written. */
  get count(): number {
    return this.#count
  }

  /** Where the next command will be, in bytes. */
  get end(): number {
    return this.offset + this.#at * 4
  }

  /** Words that may still be written. */
  get room(): number {
    return this.#words.length - this.#at
  }

  /** Forgets what was written. */
  clear(): void {
    this.#at = 0
    this.#count = 0
  }

  /** Views a memory that has grown, and so has a new buffer. */
  attach(buffer: ArrayBufferLike): void {
    this.#words = new Int32Array(buffer, this.offset, this.bytes >> 2)
    this.#floats = new Float32Array(buffer, this.offset, this.bytes >> 2)
  }

  /** Begins a command. */
  open(opcode: number): void {
    this.#start = this.#at
    this.#words[this.#at] = opcode
    this.#at += 2
  }

  /** Adds an integer: an offset, a size, a flag. */
  int(value: number): void {
    this.#words[this.#at++] = value
  }

  /** Adds integers. */
  ints(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.#words[this.#at++] = values[i]
  }

  /** Adds a float32. */
  float(value: number): void {
    this.#floats[this.#at++] = value
  }

  /** Ends the command. */
  close(): void {
    if (this.#at > this.#words.length) throw new RangeError('The list of commands is full.')
    this.#words[this.#start + 1] = this.#at - this.#start
    this.#count++
  }
}
