import { FormatError, type Tensor } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import { crc32 } from './crc32.js'
import type { Plain } from './tree.js'

/** The version of the layout below; files of later ones are refused. */
const VERSION = 1

/** What stands in a file beside the tensors' values. */
export interface Document {
  readonly progress: Plain
  /** The states of random generators: the default one, and those of each module by their names. */
  readonly generators: { readonly default: Plain; readonly modules: Readonly<Record<string, Plain>> }
  readonly parts: Readonly<Record<string, Plain>>
  /** The CRC-32 of each tensor, by name. */
  readonly checksums: Readonly<Record<string, string>>
}

const FIELDS = ['version', 'progress', 'generators', 'parts', 'checksums']

/** The metadata of a file: the document as JSON, and the CRC-32 of that. */
export function writeDocument(document: Document): Record<string, string> {
  const checkpoint = JSON.stringify({ version: VERSION, ...document })
  return { checkpoint, checksum: crc32(new TextEncoder().encode(checkpoint)) }
}

/** Reads and checks the metadata of a file; what the parts hold is for {@link decodeTree} to check. */
export function readDocument(metadata: Readonly<Record<string, string>>): Document {
  const { checkpoint: text, checksum } = metadata
  if (text === undefined)
    throw new FormatError(
      'checkpoint: this is a safetensors file, but no checkpoint; read its weights with loadFile() or deserialize() of @core/safetensors',
    )
  if (checksum !== crc32(new TextEncoder().encode(text)))
    throw new FormatError(
      'checkpoint: the checksum of its description is wrong; the file is damaged, take an older one',
    )
  const found = parse(text)
  if (!isRecord(found)) throw new FormatError('checkpoint: its description is no object')
  if (found.version !== VERSION)
    throw new FormatError(
      `checkpoint: it is of version ${describe(found.version)}, this release reads version ${VERSION}; use the release that wrote it`,
    )
  const odd = [
    ...FIELDS.filter((name) => !Object.hasOwn(found, name)).map((name) => `there is no '${name}'`),
    ...Object.keys(found)
      .filter((name) => !FIELDS.includes(name))
      .map((name) => `there is ${describe(name)}`),
  ]
  if (odd.length > 0) throw new FormatError(`checkpoint: in its description ${odd[0]}`)
  const { generators, parts, checksums } = found
  if (
    !isRecord(generators) ||
    !isRecord(generators.modules) ||
    !isRecord(parts) ||
    !isRecord(checksums) ||
    !Object.hasOwn(generators, 'default')
  )
    throw new FormatError(
      'checkpoint: in its description, generators { default, modules }, parts and checksums must be objects',
    )
  return found as unknown as Document
}

/** The CRC-32 of a tensor: of its dtype and shape as text, then of its values. */
export function checksumOf(tensor: Tensor): string {
  const { buffer, byteOffset, byteLength } = tensor.dataSync()
  const kind = new TextEncoder().encode(`${tensor.dtype} ${tensor.shape.join(',')}\n`)
  return crc32(kind, new Uint8Array(buffer, byteOffset, byteLength))
}

/** Checks that every tensor has the values that were written. */
export function checkTensors(
  tensors: ReadonlyMap<string, Tensor>,
  checksums: Readonly<Record<string, unknown>>,
): void {
  for (const [name, tensor] of tensors)
    if (!Object.hasOwn(checksums, name) || checksums[name] !== checksumOf(tensor))
      throw new FormatError(
        `checkpoint: the checksum of the tensor '${name}' is wrong; the file is damaged, take an older one`,
      )
  const missing = Object.keys(checksums).find((name) => !tensors.has(name))
  if (missing !== undefined) throw new FormatError(`checkpoint: the tensor ${describe(missing)} is missing`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new FormatError(`checkpoint: its description is not valid JSON: ${(error as Error).message}`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
