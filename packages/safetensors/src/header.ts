import { FormatError } from '@core/tensor'
import { findDuplicate } from './duplicates.js'
import { readEntries, type TensorEntry } from './entries.js'
import { METADATA, quote, refuseName, show } from './names.js'

/** The longest header the format allows, in bytes. */
export const MAX_HEADER = 100_000_000

/** What a file says about itself before its data. */
export interface SafetensorsHeader {
  /** The file's own notes, text by name; an object without prototype. */
  readonly metadata: Readonly<Record<string, string>>
  /** The tensors, in the order of their data. */
  readonly tensors: readonly TensorEntry[]
  /** The byte of the file at which the data begins. */
  readonly dataStart: number
}

/**
 * The length of the header of a file, from its first 8 bytes.
 *
 * @param start - the first bytes of the file: at least 8, where the file has them
 * @param fileBytes - the size of the whole file
 */
export function readHeaderLength(start: Uint8Array, fileBytes: number): number {
  if (fileBytes < 8)
    throw new FormatError(
      `safetensors: the file has ${fileBytes} bytes, but must begin with 8 that hold the header's length; ` +
        'it is empty or cut off, fetch or save it again',
    )
  const view = new DataView(start.buffer, start.byteOffset, 8)
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true)
  if (length > MAX_HEADER)
    throw new FormatError(
      `safetensors: bytes 0 to 7 say that the header has ${length} bytes, above the format's limit of ${MAX_HEADER}; ` +
        'this is not a safetensors file, or its start is damaged',
    )
  if (length < 2)
    throw new FormatError(
      `safetensors: bytes 0 to 7 say that the header has ${length} bytes, but the shortest, {}, has 2; ` +
        'this is not a safetensors file, or its start is damaged',
    )
  if (8 + length > fileBytes)
    throw new FormatError(
      `safetensors: the header should reach from byte 8 to byte ${7 + length}, but the file has only ${fileBytes} bytes; ` +
        'it is cut off, fetch or save it again',
    )
  return length
}

/**
 * Reads and checks a header.
 *
 * @param header - its bytes, without the 8 of the length
 * @param dataBytes - the number of bytes that follow it in the file
 */
export function parseHeader(header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const fields = new Map(Object.entries(parseJson(header)))
  const metadata = readMetadata(fields.get(METADATA))
  fields.delete(METADATA)
  return { metadata, tensors: readEntries(fields, dataBytes), dataStart: 8 + header.length }
}

function parseJson(header: Uint8Array): Record<string, unknown> {
  if (header[0] !== 0x7b)
    throw new FormatError(
      `safetensors: the header must begin with "{", but byte 8 is 0x${header[0]!.toString(16).padStart(2, '0')}; ` +
        'this is not a safetensors file, or its start is damaged',
    )
  const text = decodeUtf8(header)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new FormatError(
      `safetensors: the header (bytes 8 to ${7 + header.length}) is not valid JSON: ${(error as Error).message}; ` +
        'the file is damaged, fetch or save it again',
    )
  }
  const padding = text.slice(text.lastIndexOf('}') + 1)
  if (/[^ ]/.test(padding))
    throw new FormatError(
      'safetensors: the header is padded with something else than spaces (0x20); save the file again',
    )
  const duplicate = findDuplicate(text)
  if (duplicate) {
    const byte = 8 + new TextEncoder().encode(text.slice(0, duplicate.at)).length
    throw new FormatError(
      `safetensors: the header has the key ${quote(duplicate.key)} twice in one object, the second time at byte ${byte}; ` +
        'which of the two is meant cannot be known, save the file again',
    )
  }
  return parsed as Record<string, unknown>
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new FormatError(
      `safetensors: the header (bytes 8 to ${7 + bytes.length}) is not valid UTF-8; the file is damaged, fetch or save it again`,
    )
  }
}

function readMetadata(found: unknown): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null)
  if (found === undefined) return metadata
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw new FormatError(`safetensors: ${METADATA} must be an object of strings, got ${show(found)}`)
  for (const [name, value] of Object.entries(found)) {
    const refusal = refuseName(name)
    if (refusal) throw new FormatError(`safetensors: in ${METADATA}, ${refusal}`)
    if (typeof value !== 'string')
      throw new FormatError(
        `safetensors: ${METADATA} must be an object of strings, but ${quote(name)} is ${show(value)}`,
      )
    metadata[name] = value
  }
  return metadata
}
