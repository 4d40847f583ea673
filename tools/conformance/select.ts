import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case } from './cases.ts'
import { type Options, UsageError } from './options.ts'

/** A case with its place in its file. */
export interface Selected {
  readonly case: Case
  readonly index: number
}

/** What is replayed of one file of cases. */
export interface SelectedFamily {
  readonly name: string
  readonly cases: readonly Selected[]
}

/** What is to be done. */
export interface Selection {
  readonly families: readonly SelectedFamily[]
  /** Reasons by id. */
  readonly exceptions: ReadonlyMap<string, string>
}

/**
 * Reads the files of cases, and picks what the options ask for.
 *
 * @throws UsageError where that is nothing, or where there are too many exceptions
 */
export function select(options: Options): Selection {
  const { directory, family } = options
  const names = familiesIn(directory)
  if (family !== undefined && !names.includes(family))
    throw new UsageError(`there is no family '${family}' in ${directory}; there is ${names.join(', ')}`)
  const all = names.map((name) => ({ name, cases: readCases(join(directory, `${name}.json`)) }))
  const exceptions = readExceptions(options.exceptions)
  check(
    exceptions,
    all.flatMap(({ cases }) => cases),
  )
  const families = all
    .filter(({ name }) => family === undefined || name === family)
    .map(({ name, cases }) => ({ name, cases: pick(cases, options) }))
    .filter(({ cases }) => cases.length > 0)
  if (families.length === 0) throw new UsageError(`no case in ${directory} is selected`)
  return { families, exceptions }
}

/** The cases of one file. */
export function readCases(file: string): Case[] {
  const cases = readJson(file)
  if (!Array.isArray(cases)) throw new UsageError(`${file} is no list of cases`)
  return cases as Case[]
}

/** The cases that fit; then of each name every so many-th, from the middle of each such stretch, at least one. */
function pick(cases: readonly Case[], { id, only, every }: Omit<Options, 'directory'>): Selected[] {
  const fitting = cases
    .map((c, index) => ({ case: c, index }))
    .filter((s) => (id === undefined || s.case.id === id) && (only?.test(s.case.id) ?? true))
  const counts = new Map<string, number>()
  for (const { case: c } of fitting) counts.set(c.name, (counts.get(c.name) ?? 0) + 1)
  const seen = new Map<string, number>()
  return fitting.filter(({ case: { name } }) => {
    const place = seen.get(name) ?? 0
    seen.set(name, place + 1)
    const stretch = Math.min(every, counts.get(name)!)
    return place % stretch === Math.floor(stretch / 2)
  })
}

function familiesIn(directory: string): string[] {
  let files: string[]
  try {
    files = readdirSync(directory)
  } catch {
    throw new UsageError(`there is no folder ${directory}`)
  }
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
}

/** A list of {id, reason}, or an object of reasons by id. */
function readExceptions(file: string | undefined): Map<string, string> {
  const exceptions = new Map<string, string>()
  if (file === undefined) return exceptions
  const read = readJson(file)
  const entries: readonly unknown[][] = Array.isArray(read)
    ? read.map((entry) => [entry?.id, entry?.reason])
    : Object.entries(read ?? {})
  for (const [id, reason] of entries) {
    if (typeof id !== 'string' || typeof reason !== 'string' || reason === '')
      throw new UsageError(
        `${file}: an exception is {"id": "…", "reason": "…"}, got ${JSON.stringify({ id, reason })}`,
      )
    exceptions.set(id, reason)
  }
  return exceptions
}

/** One in a hundred may be an exception; one at all always. */
function check(exceptions: ReadonlyMap<string, string>, all: readonly Case[]): void {
  const count = all.filter(({ id }) => exceptions.has(id)).length
  if (count > Math.max(1, all.length / 100))
    throw new UsageError(`${count} exceptions are more than 1 % of ${all.length} cases`)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
