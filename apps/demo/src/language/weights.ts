import { access, constants, mkdir, open, realpath, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { loadFile, loadHeader, saveFile } from '@core/safetensors/node'
import { CharTokenizer } from '@nn/data'
import { Failure, UsageError } from '../cli/errors.js'
import { CELLS, CharModel, type ModelConfig } from './model.js'

/** What is stored beside the weights, so that the file alone is a usable model. */
export interface Stored {
  readonly config: ModelConfig
  readonly tokenizer: CharTokenizer
  /** Training steps since the weights were random. */
  readonly steps: number
}

const KIND = 'character language model'

/** Writes model, tokenizer and configuration into one safetensors file; an earlier file survives a failure. */
export async function saveModel(
  path: string,
  model: CharModel,
  about: Omit<Stored, 'config'>,
): Promise<void> {
  const metadata = {
    kind: KIND,
    config: JSON.stringify(model.config),
    tokenizer: JSON.stringify(about.tokenizer),
    steps: String(about.steps),
  }
  try {
    await saveFile(path, model.stateDict(), { metadata })
  } catch (error) {
    throw new Failure(`The weights could not be written to '${path}': ${(error as Error).message}`)
  }
}

/** Reads what {@link saveModel} wrote; anything else is a {@link UsageError}. */
export async function loadModel(path: string, name: string): Promise<Stored & { readonly model: CharModel }> {
  try {
    const stored = describe((await loadHeader(path)).metadata)
    const model = new CharModel(stored.config)
    model.loadStateDict(await loadFile(path))
    return { ...stored, model }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UsageError(`There is nothing to resume: '${name}' does not exist.`)
    const reason = message.replace(`${path}: `, '').replace(/\s*\n\s*/g, ' ')
    throw new UsageError(`'${name}' cannot be resumed: ${reason}`)
  }
}

function describe(metadata: Readonly<Record<string, string>>): Stored {
  if (metadata.kind !== KIND) throw new Error('it holds no model of this program.')
  const config = JSON.parse(metadata.config) as ModelConfig
  const { cell, ...sizes } = config
  const usable = Object.values(sizes).every((size) => Number.isInteger(size) && size > 0 && size < 2 ** 21)
  const tokenizer = CharTokenizer.fromJSON(JSON.parse(metadata.tokenizer))
  if (!CELLS.includes(cell) || !usable || tokenizer.size !== config.vocabulary)
    throw new Error('its configuration is damaged.')
  return { config, tokenizer, steps: Number(metadata.steps) || 0 }
}

/**
 * Makes sure that `path` can be written, before anything is trained: creates its folder, tries a file beside it, and
 * refuses to replace what is not a safetensors file. Tells where to write: links are followed.
 */
export async function prepareOutput(path: string, name: string): Promise<string> {
  const refuse = (why: string) => new UsageError(`The weights cannot be written to '${name}': ${why}.`)
  if (/[\\/]$/.test(name)) throw refuse('that names a folder')
  const existing = await stat(path).catch(() => undefined)
  if (existing?.isDirectory()) throw refuse('it is a folder')
  if (existing && !existing.isFile()) throw refuse('it is not an ordinary file')
  const target = existing ? await realpath(path) : path
  try {
    await makeFolder(dirname(target))
    const probe = `${target}.${process.pid}.tmp`
    await (await open(probe, 'wx')).close()
    await rm(probe)
    if (existing) await access(target, constants.W_OK)
  } catch (error) {
    throw refuse(`the system does not allow it (${(error as NodeJS.ErrnoException).code})`)
  }
  if (existing && existing.size > 0 && !(await isSafetensors(target)))
    throw refuse('a file of another kind is there')
  return target
}

/** `mkdir -p`; Node's own (`recursive`) never returns below folders that take no entries, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  const parent = dirname(folder)
  if (folder === parent || (await stat(folder).catch(() => undefined))) return
  await makeFolder(parent)
  await mkdir(folder)
}

function isSafetensors(path: string): Promise<boolean> {
  return loadHeader(path).then(
    () => true,
    () => false,
  )
}

/** Whether two paths lead to one file. */
export async function sameFile(a: string, b: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => path)
  return (await real(a)) === (await real(b))
}
