import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** How to call the replayer. */
export const USAGE = `npm run conformance -- DIR [options]

Replays the golden cases in DIR/*.json through the public API of the packages, and compares every field.

  --backend reference|wasm|gpu   where it runs (wasm)
  --build simd|relaxed|wide      which build of the wasm kernels (the best that this engine has)
  --mode webgpu|webgl2           how the gpu backend runs
  --family NAME                  only this file of cases (modules, losses, ops …)
  --id ID                        only this case
  --exceptions FILE              JSON, id → reason: these cases are left out
  --json                         the result as JSON

Exit code 0: all passed; 1: something failed or is unsupported; 2: it could not run.`

/** Wrong arguments, or nothing to replay: a message for the user. */
export class UsageError extends Error {}

/** What the command line says. */
export interface Options {
  readonly directory: string
  readonly backend: 'reference' | 'wasm' | 'gpu'
  readonly build: 'simd' | 'relaxed' | 'wide' | undefined
  readonly family: string | undefined
  readonly id: string | undefined
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
  const mode = oneOf('mode', values.mode, ['webgpu', 'webgl2'] as const)
  if (build && backend !== 'wasm') throw new UsageError('--build belongs to --backend wasm')
  if (mode && backend !== 'gpu') throw new UsageError('--mode belongs to --backend gpu')
  const { family, id, json } = values
  const exceptions = values.exceptions === undefined ? undefined : locate(values.exceptions)
  return { directory: locate(positionals[0]!), backend, build, family, id, exceptions, json: json ?? false }
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    ...{ backend: text, build: text, mode: text, family: text, id: text, exceptions: text },
    ...{ json: flag, help: { ...flag, short: 'h' } },
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
