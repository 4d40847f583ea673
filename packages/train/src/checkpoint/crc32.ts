const POLYNOMIAL = 0xedb88320

/** What shifting does to each byte: by 8 bits in the first 256 entries, by 16 in the next, and so on up to 64. */
const TABLE: Readonly<Int32Array> = /* @__PURE__ */ makeTable()

function makeTable(): Int32Array {
  const table = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let bits = byte
    for (let shift = 0; shift < 8; shift++) {
      for (let i = 0; i < 8; i++) bits = bits & 1 ? (bits >>> 1) ^ POLYNOMIAL : bits >>> 1
      table[shift * 256 + byte] = bits
    }
  }
  return table
}

/**
 * The CRC-32 of bytes as zip, PNG and Ethernet have it, in hexadecimal: it tells any damage of up to 32 bits in a row,
 * and other damage in all but one of 2³² cases. Eight bytes at a time (Kounavis and Berry, 2008, "slicing-by-8").
 *
 * @param parts - pieces of bytes, taken one after the other
 */
export function crc32(...parts: readonly Uint8Array[]): string {
  let sum = -1
  for (const b of parts) {
    let i = 0
    for (const end = b.length - 7; i < end; i += 8) {
      const low = sum ^ (b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24))
      sum =
        TABLE[1792 + (low & 255)]! ^
        TABLE[1536 + ((low >>> 8) & 255)]! ^
        TABLE[1280 + ((low >>> 16) & 255)]! ^
        TABLE[1024 + (low >>> 24)]! ^
        TABLE[768 + b[i + 4]!]! ^
        TABLE[512 + b[i + 5]!]! ^
        TABLE[256 + b[i + 6]!]! ^
        TABLE[b[i + 7]!]!
    }
    for (; i < b.length; i++) sum = (sum >>> 8) ^ TABLE[(sum ^ b[i]!) & 255]!
  }
  return (~sum >>> 0).toString(16).padStart(8, '0')
}
