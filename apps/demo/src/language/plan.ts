import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manualSeed } from '@core/tensor'
import { UsageError } from '../cli/errors.js'
import { ROOT } from '../paths.js'
import { type Corpus, makeCorpus } from './corpus.js'
import { CharModel } from './model.js'
import type { LanguageOptions } from './options.js'
import { type Limit, RECIPES } from './recipe.js'
import { mobyDick, readText } from './text.js'
import { loadModel, prepareOutput, sameFile } from './weights.js'

const EMBEDDING = 64
const MODELS = join(dirname(fileURLToPath(new URL('package.json', ROOT))), 'models')

/** Everything a run needs, checked: from here on nothing is the user's mistake any more. */
export interface Plan {
  readonly model: CharModel
  readonly corpus: Corpus
  /** Steps that a resumed model had behind it. */
  readonly stepsBefore: number
  readonly out: string
  readonly limit: Limit
  readonly seed: number
  readonly temperature: number
}

/** Reads and checks all that the options name; {@link UsageError} for what does not fit. */
export async function makePlan(options: LanguageOptions, cwd: string): Promise<Plan> {
  const { cell = 'gru', hidden = 128, steps, minutes, seed = 1, temperature = 0.8 } = options
  if (steps !== undefined && minutes !== undefined)
    throw new UsageError('--steps and --minutes are two limits; give one of them.')
  const text = options.text === undefined ? await mobyDick() : await readText(options.text, cwd)
  const name = options.out ?? join(MODELS, `${text.slug}-${cell}.safetensors`)
  const path = resolve(cwd, name)
  if (options.text !== undefined && (await sameFile(text.path, path)))
    throw new UsageError(`--out would overwrite the text file '${options.text}'.`)

  manualSeed(seed)
  const stored = options.resume ? await loadModel(path, name) : undefined
  if (stored) requireFit(options, stored.model, name)
  const corpus = makeCorpus(text, stored?.tokenizer)
  const model =
    stored?.model ?? new CharModel({ cell, vocabulary: corpus.tokenizer.size, embedding: EMBEDDING, hidden })
  return {
    model,
    corpus,
    stepsBefore: stored?.steps ?? 0,
    out: await prepareOutput(path, name),
    limit: minutes === undefined ? { steps: steps ?? RECIPES[model.config.cell].steps } : { minutes },
    seed,
    temperature,
  }
}

function requireFit(options: LanguageOptions, { config }: CharModel, name: string): void {
  for (const option of ['cell', 'hidden'] as const) {
    const asked = options[option]
    if (asked !== undefined && asked !== config[option])
      throw new UsageError(
        `'${name}' cannot be resumed with --${option} ${asked}: it holds ${config[option]}.`,
      )
  }
}
