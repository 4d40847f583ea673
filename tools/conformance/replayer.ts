import { backendInfo, reference, setBackend, setDefaultDType, wasm } from '@core/tensor'
import { gpu } from '@core/tensor/gpu'
import type { Case } from './cases.ts'
import { Context } from './context.ts'
import { type Options, UsageError } from './options.ts'
import { type Outcome, replay } from './replay.ts'

/** Where cases are replayed. */
export interface Replayer {
  /** What runs them, for messages. */
  readonly name: string
  /** Replays a case; where it lies, tells a page that reads the files by itself. */
  replay(c: Case, family: string, index: number): Promise<Outcome>
  close(): Promise<void>
}

/** Starts the backend asked for, exactly that one. */
export async function startReplayer(options: Options): Promise<Replayer> {
  try {
    if (options.backend !== 'gpu' || options.mode === 'cpu') return await startHere(options)
    // Only here: what drives the browser is not needed for the others.
    const { startInBrowser } = await import('./browser.ts')
    return await startInBrowser(options.directory, options.mode ?? 'webgpu')
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Replays in this process. */
async function startHere({ backend, build }: Options): Promise<Replayer> {
  const choices = {
    reference: () => reference(),
    wasm: () => wasm(build ? { build } : {}),
    gpu: () => gpu({ mode: 'cpu' }),
  }
  await setBackend(choices[backend]())
  const info = backendInfo()
  if (info.name !== backend || (build && info.build !== build))
    throw new Error(
      `${build ?? backend} was asked for, ${info.build ?? info.name} runs: ${info.notes.join(' ')}`,
    )
  const dtype = backend === 'reference' ? 'float64' : 'float32'
  setDefaultDType(dtype)
  const context = new Context(dtype)
  return { name: info.build ?? backend, replay: (c) => replay(c, context), close: async () => {} }
}
