import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** How to call the replayer. */
export const USAGE = `npm run conformance -- DIR [options]

Replays the golden cases in DIR/*.json through the public API of the packages, and compares every field.

  --backend reference|wasm|gpu   where it runs (wasm)
  --build simd|relaxed|wide      which build of the wasm kernels (the best that this engine has)
  --mode webgpu|webgl2|cpu       how the gpu backend runs: the first two in headless Chromium (webgpu), cpu in Node
  --family NAME                  only this file of cases (modules, losses, ops …)
  --id ID                        only this case
  --only REGEXP                  only cases whose id it fits
  --every K                      a part: of each name every K-th case, and at least one
  --exceptions FILE              JSON, a list of {id, reason}: what becomes of these cases (1 % at most) does not count
  --json                         the result as JSON

Exit code 0: all passed; 1: something failed or is unsupported; 2: it could not run.`

/** Wrong arguments, or nothing to replay: a message for the user. */
export class UsageError extends Error {}

/** What the command line says. */
export interface Options {
  readonly directory: string
  readonly backend: 'reference' | 'wasm' | 'gpu'
  readonly build: 'simd' | 'relaxed' | 'wide' | undefined
  readonly mode: 'webgpu' | 'webgl2' | 'cpu' | undefined
  readonly family: string | undefined
  readonly id: string | undefined
  readonly only: RegExp | undefined
  readonly every: number
  readonly exceptions: string | undefined
  readonly json: boolean
}

/** Reads the command line; null where only help is asked for. */
export function readOptions(argv: readonly string[]): Options | null {
  const { values, positionals } = parse(argv)
  if (values.help) return null
  if (positionals.length !== 1) throw new UsageError('exactly one folder with cases is needed')
  const backend = oneOf('backend', values.backend, ['reference', 'wasm', 'gpu'] as const) ?? 'wasm'
  const build = oneOf('build', values.build, ['simd', 'relaxed', 'wide'] as const)
  const mode = oneOf('mode', values.mode, ['webgpu', 'webgl2', 'cpu'] as const)
  if (build && backend !== 'wasm') throw new UsageError('--build belongs to --backend wasm')
  if (mode && backend !== 'gpu') throw new UsageError('--mode belongs to --backend gpu')
  const { family, id, json } = values
  const exceptions = values.exceptions === undefined ? undefined : locate(values.exceptions)
  const selection = { family, id, only: regExp(values.only), every: wholeNumber('every', values.every) }
  const directory = locate(positionals[0]!)
  return { directory, backend, build, mode, ...selection, exceptions, json: json ?? false }
}

function regExp(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text)
  } catch (error) {
    throw new UsageError(`--only: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function wholeNumber(name: string, text = '1'): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new UsageError(`--${name} must be a whole number from 1 on, got '${text}'`)
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    ...{ backend: text, build: text, mode: text, family: text, id: text, only: text, every: text },
    ...{ exceptions: text, json: flag, help: { ...flag, short: 'h' } },
  } as const
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function oneOf<T extends string>(name: string, value: string | undefined, all: readonly T[]): T | undefined {
  if (value === undefined || all.includes(value as T)) return value as T | undefined
  throw new UsageError(`--${name} must be one of ${all.join(', ')}, got '${value}'`)
}

/** npm runs scripts in the project's folder: a path is meant from where the user stands. */
function locate(path: string): string {
  const from = resolve(process.env.INIT_CWD ?? '.', path)
  return existsSync(from) ? from : resolve(path)
}
