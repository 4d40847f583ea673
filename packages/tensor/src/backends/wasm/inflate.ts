// Lengths of matches and distances, from codes 257 and 0 on (RFC 1951, 3.2.5): so many bits follow the code.
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BITS = /* @__PURE__ */ Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1))
/** The order in which the lengths of the codes for code lengths are stored. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** The first value of each code, where each has 2^bits values. */
function firsts(bits: readonly number[], first: number): number[] {
  return bits.map((b) => {
    first += 1 << b
    return first - (1 << b)
  })
}
const LENGTHS = /* @__PURE__ */ firsts(LENGTH_BITS, 3)
const DISTANCES = /* @__PURE__ */ firsts(DISTANCE_BITS, 1)
/** The code of the longest match, and its length, which is out of the row. */
const LONGEST = 285
const MOST = 258
/** The code that ends a block; those below are bytes. */
const END = 256

/** A Huffman code as a table: by the next `longest` bits, the symbol and, in the lowest four bits, how long its code is. */
interface Code {
  readonly table: Uint16Array
  readonly longest: number
}

/** The canonical code in which symbol s has lengths[s] bits, 0 for none. */
function codeOf(lengths: readonly number[]): Code {
  const longest = Math.max(1, ...lengths)
  const size = 1 << longest
  const table = new Uint16Array(size)
  for (let length = 1, code = 0; length <= longest; length++, code <<= 1)
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      let at = 0 // its bits come the highest first, so they are turned round
      for (let i = 0; i < length; i++) at |= ((code >> i) & 1) << (length - 1 - i)
      for (; at < size; at += 1 << length) table[at] = (symbol << 4) | length
      code++
    }
  return { table, longest }
}

/**
 * Undoes DEFLATE (RFC 1951), at once: what engines offer for it can only be awaited. Small rather than fast: it reads the
 * kernels of this package, in a few milliseconds at most.
 *
 * @param input - raw deflated bytes
 * @returns the bytes
 * @throws RangeError where they are damaged
 */
export function inflate(input: Uint8Array): Uint8Array<ArrayBuffer> {
  let out = new Uint8Array(input.length * 4 + MOST)
  let size = 0
  let at = 0
  // Bits that were read and not used yet, the next one lowest.
  let held = 0
  let count = 0

  const fill = (n: number) => {
    for (; count < n; count += 8) held |= input[at++]! << count // beyond the end zeros
  }
  const bits = (n: number) => {
    fill(n)
    const value = held & ((1 << n) - 1)
    held >>>= n
    count -= n
    return value
  }
  const symbol = ({ table, longest }: Code) => {
    fill(longest)
    const entry = table[held & ((1 << longest) - 1)]!
    const length = entry & 15
    if (length === 0 || at > input.length + 2) throw new RangeError('inflate: the bytes are damaged')
    held >>>= length
    count -= length
    return entry >> 4
  }
  /** Makes room for n bytes. */
  const ensure = (n: number) => {
    if (size + n <= out.length) return
    const longer = new Uint8Array(2 * out.length + n)
    longer.set(out)
    out = longer
  }
  const stored = () => {
    at -= count >> 3 // back to the byte after the one begun
    held = count = 0
    const n = input[at]! | (input[at + 1]! << 8)
    at += 4
    if (!(at + n <= input.length)) throw new RangeError('inflate: the bytes are damaged')
    ensure(n)
    out.set(input.subarray(at, at + n), size)
    size += n
    at += n
  }
  const dynamic = (): [Code, Code] => {
    const [literals, distances, used] = [bits(5) + 257, bits(5) + 1, bits(4) + 4]
    const own = Array<number>(19).fill(0)
    for (let i = 0; i < used; i++) own[ORDER[i]!] = bits(3)
    const code = codeOf(own)
    const lengths: number[] = []
    while (lengths.length < literals + distances) {
      const s = symbol(code)
      if (s < 16) lengths.push(s)
      else {
        const repeated = s === 16 ? lengths.at(-1)! : 0
        for (let n = s === 16 ? 3 + bits(2) : s === 17 ? 3 + bits(3) : 11 + bits(7); n > 0; n--)
          lengths.push(repeated)
      }
    }
    return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))]
  }
  const fixed = (): [Code, Code] => [
    codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
    codeOf(Array<number>(30).fill(5)),
  ]

  for (let last = 0; last === 0; ) {
    last = bits(1)
    const kind = bits(2)
    if (kind === 0) {
      stored()
      continue
    }
    const [literals, distances] = kind === 1 ? fixed() : dynamic()
    for (let s = symbol(literals); s !== END; s = symbol(literals)) {
      ensure(MOST)
      if (s < END) {
        out[size++] = s
        continue
      }
      const n = s === LONGEST ? MOST : LENGTHS[s - 257]! + bits(LENGTH_BITS[s - 257]!)
      const d = symbol(distances)
      const back = DISTANCES[d]! + bits(DISTANCE_BITS[d]!)
      for (const end = size + n; size < end; size++) out[size] = out[size - back]!
    }
  }
  return out.slice(0, size)
}
