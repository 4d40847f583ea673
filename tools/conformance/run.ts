import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { backendInfo, reference, setBackend, setDefaultDType, wasm } from '@core/tensor'
import type { Case } from './cases.ts'
import { Context } from './context.ts'
import { type Options, readOptions, USAGE, UsageError } from './options.ts'
import { replay } from './replay.ts'
import { countsOf, type Family, json, lines, type Result } from './report.ts'

/**
 * The command: reads the arguments, replays, prints.
 *
 * @returns the exit code
 */
export async function runConformance(
  argv: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  try {
    const options = readOptions(argv)
    if (!options) {
      print(USAGE)
      return 0
    }
    const context = await start(options)
    const families = await replayAll(options, context)
    if (options.json) print(json(families))
    else for (const line of lines(families)) print(line)
    const { failed, unsupported } = countsOf(families)
    return failed + unsupported > 0 ? 1 : 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`conformance: ${error.message}\n\n${USAGE}`)
    return 2
  }
}

/** Starts the backend asked for, exactly that one. */
async function start({ backend, build }: Options): Promise<Context> {
  if (backend === 'gpu') throw new UsageError('there is no gpu backend yet; use reference or wasm')
  try {
    await setBackend(backend === 'reference' ? reference() : wasm(build ? { build } : {}))
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  const info = backendInfo()
  if (info.name !== backend || (build && info.build !== build))
    throw new UsageError(
      `${build ?? backend} was asked for, ${info.build ?? info.name} runs: ${info.notes.join(' ')}`,
    )
  const dtype = backend === 'reference' ? 'float64' : 'float32'
  setDefaultDType(dtype)
  return new Context(dtype)
}

/** Replays all files of cases in a folder. */
async function replayAll(options: Options, context: Context): Promise<Family[]> {
  const excepted = readExceptions(options.exceptions)
  const families: Family[] = []
  for (const name of familiesIn(options)) {
    const cases = readCases(join(options.directory, `${name}.json`)).filter(
      ({ id }) => options.id === undefined || id === options.id,
    )
    if (cases.length === 0 && options.id !== undefined) continue
    const exceptions = cases.flatMap(({ id }) =>
      Object.hasOwn(excepted, id) ? [{ id, reason: excepted[id]! }] : [],
    )
    const results: Result[] = []
    for (const c of cases)
      if (!Object.hasOwn(excepted, c.id)) results.push({ id: c.id, outcome: await replay(c, context) })
    families.push({ name, results, exceptions })
  }
  if (families.every(({ results, exceptions }) => results.length + exceptions.length === 0))
    throw new UsageError(`no case in ${options.directory} is selected`)
  return families
}

function familiesIn({ directory, family }: Options): string[] {
  let files: string[]
  try {
    files = readdirSync(directory)
  } catch {
    throw new UsageError(`there is no folder ${directory}`)
  }
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
  if (family === undefined) return names.sort()
  if (!names.includes(family))
    throw new UsageError(
      `there is no family '${family}' in ${directory}; there is ${names.sort().join(', ')}`,
    )
  return [family]
}

/** The cases of one file. */
export function readCases(file: string): Case[] {
  const cases = readJson(file)
  if (!Array.isArray(cases)) throw new UsageError(`${file} is no list of cases`)
  return cases as Case[]
}

function readExceptions(file: string | undefined): Record<string, string> {
  if (file === undefined) return {}
  return readJson(file) as Record<string, string>
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
