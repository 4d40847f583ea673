/**
 * Safetensors files on disk, for Node, Bun and Deno.
 *
 * @packageDocumentation
 */

import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FormatError, type Tensor } from '@core/tensor'
import { checkReadOptions, type DeserializeOptions, makeTensor } from './deserialize.js'
import { parseHeader, readHeaderLength, type SafetensorsHeader } from './header.js'
import { encode, layOut, type NamedTensors, type SerializeOptions } from './layout.js'
import { removeLeftovers, temporaryFor } from './temporary.node.js'

/**
 * Saves named tensors to a file. They are written to a temporary file in the same folder, flushed to the disk, and
 * only then put in the place of `path`: however this ends, `path` is the old file or the new one, whole. What is
 * written are the values at the moment of the call, whatever training does to them meanwhile. A process that is killed
 * while it saves leaves its temporary file (`*.tmp`); the next save to the same path deletes it.
 *
 * @param path - the file to write; its folder must exist
 * @param tensors - an object such as `model.stateDict()`, a Map, or pairs
 * @param options - metadata, and which int32 tensors to write as I64
 * @throws the system's own error (`ENOENT`, `EACCES`, `ENOSPC` …) when the file cannot be written
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { tensor } from '@core/tensor'
 * import { loadFile, saveFile } from '@core/safetensors/node'
 * const path = `${await mkdtemp(`${tmpdir()}/weights-`)}/model.safetensors`
 * await saveFile(path, { weight: tensor([[1, 2], [3, 4]]) })
 * const { weight } = await loadFile(path)
 * weight!.dataSync() // => [1, 2, 3, 4]
 * ```
 */
export async function saveFile(
  path: string,
  tensors: NamedTensors,
  options: SerializeOptions = {},
): Promise<void> {
  const { head, parts } = layOut('saveFile', tensors, options)
  const values = Promise.all(parts.map((part) => part.tensor.data())) // all reads start now
  values.catch(() => {}) // reported below, even if something else fails first
  const target = await realpath(path).catch(() => path) // a link stays a link
  await removeLeftovers(target)
  const temporary = temporaryFor(target)
  const file = await open(temporary, 'wx')
  try {
    try {
      await file.writeFile(head)
      for (const [i, array] of (await values).entries()) await file.writeFile(encode(parts[i]!, array))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(target))
}

/**
 * Loads the tensors of a file. The whole header is checked before the first tensor is made.
 *
 * @param path - the file to read
 * @param options - where the tensors shall live, and what becomes of F64
 * @returns the tensors by name; an object without prototype
 * @throws FormatError when the file is not valid, with its path, the tensor and the bytes at fault
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { ones } from '@core/tensor'
 * import { loadFile, saveFile } from '@core/safetensors/node'
 * const path = `${await mkdtemp(`${tmpdir()}/weights-`)}/model.safetensors`
 * await saveFile(path, new Map([['gain', ones([3])]]))
 * Object.keys(await loadFile(path)) // => ['gain']
 * ```
 */
export async function loadFile(
  path: string,
  options: DeserializeOptions = {},
): Promise<Record<string, Tensor>> {
  checkReadOptions('loadFile', options)
  return (await reading(path, (file) => contentsOf(file, options))).tensors
}

/** What a file holds: see {@link loadContents}. */
export interface SafetensorsContents {
  /** The tensors by name; an object without prototype. */
  readonly tensors: Record<string, Tensor>
  /** The file's own notes, text by name; an object without prototype. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * {@link loadFile} together with the metadata, of one and the same file, even while something else replaces it.
 *
 * @param path - the file to read
 * @param options - where the tensors shall live, and what becomes of F64
 * @returns the tensors by name, and the metadata
 * @throws FormatError when the file is not valid, with its path, the tensor and the bytes at fault
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { ones } from '@core/tensor'
 * import { loadContents, saveFile } from '@core/safetensors/node'
 * const path = `${await mkdtemp(`${tmpdir()}/weights-`)}/model.safetensors`
 * await saveFile(path, { gain: ones([3]) }, { metadata: { step: '900' } })
 * const { tensors, metadata } = await loadContents(path)
 * Object.keys(tensors) // => ['gain']
 * metadata.step // => '900'
 * ```
 */
export async function loadContents(
  path: string,
  options: DeserializeOptions = {},
): Promise<SafetensorsContents> {
  checkReadOptions('loadContents', options)
  return reading(path, (file) => contentsOf(file, options))
}

/**
 * Reads only the header of a file: which tensors there are, of which shape, and the file's metadata.
 *
 * @param path - the file to read
 * @returns its names, dtypes, shapes, byte ranges and metadata
 * @throws FormatError when the header is not valid
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { zeros } from '@core/tensor'
 * import { loadHeader, saveFile } from '@core/safetensors/node'
 * const path = `${await mkdtemp(`${tmpdir()}/weights-`)}/model.safetensors`
 * await saveFile(path, { weight: zeros([64, 128]) }, { metadata: { cell: 'gru' } })
 * const { metadata, tensors } = await loadHeader(path)
 * metadata.cell // => 'gru'
 * tensors[0]!.shape // => [64, 128]
 * ```
 */
export function loadHeader(path: string): Promise<SafetensorsHeader> {
  return reading(path, headerOf)
}

async function contentsOf(file: FileHandle, options: DeserializeOptions): Promise<SafetensorsContents> {
  const { tensors: entries, dataStart, metadata } = await headerOf(file)
  const tensors: Record<string, Tensor> = Object.create(null)
  for (const entry of entries) {
    const bytes = await read(file, dataStart + entry.begin, entry.end - entry.begin)
    tensors[entry.name] = makeTensor(entry, bytes.buffer, options)
  }
  return { tensors, metadata }
}

async function headerOf(file: FileHandle): Promise<SafetensorsHeader> {
  const { size } = await file.stat()
  const length = readHeaderLength(await read(file, 0, Math.min(8, size)), size)
  return parseHeader(await read(file, 8, length), size - 8 - length)
}

async function reading<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    return await use(file)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new FormatError(`${path}: ${error.message}`)
  } finally {
    await file.close()
  }
}

const CHUNK = 2 ** 30 // one read may not ask for 2 GiB or more

async function read(file: FileHandle, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK, length - at), start + at)
    if (bytesRead === 0)
      throw new FormatError(
        `safetensors: the file ended at byte ${start + at} while it was read; something else is changing it`,
      )
    at += bytesRead
  }
  return bytes
}

// The new name is safe only when the folder is on the disk too. Not every system can do this.
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch {}
}
