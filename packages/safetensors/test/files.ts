/** A file from the text (or the value) of its header and its data, as a test wants it, valid or not. */
export function fileOf(header: unknown, data: ArrayLike<number> = []): Uint8Array<ArrayBuffer> {
  const text = typeof header === 'string' ? header : JSON.stringify(header)
  return fileOfBytes(new TextEncoder().encode(text), data)
}

/** The same from the bytes of the header. */
export function fileOfBytes(header: Uint8Array, data: ArrayLike<number> = []): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(8 + header.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  file.set(data, 8 + header.length)
  return file
}
