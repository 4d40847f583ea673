import { backendInfo, Generator, setBackend, wasm } from '@core/tensor'
import type { ModeDefinition, Surroundings } from '../cli/mode.js'
import { readable } from '../paths.js'
import { count, nats } from '../terminal/format.js'
import { baseline } from './baseline.js'
import { type LanguageOptions, languageOptions } from './options.js'
import { makePlan, type Plan } from './plan.js'
import { describeCurve, describePlan, describeResult, describeSample } from './report.js'
import { sample } from './sample.js'
import { train } from './train.js'
import { saveModel } from './weights.js'

/** Characters of each sample. */
const SAMPLE = 300

export const languageMode: ModeDefinition<typeof languageOptions> = {
  name: 'text',
  summary: 'Trains a character language model (Moby Dick), shows what it learned, stores its weights.',
  options: languageOptions,
  examples: ['--cell lstm --steps 300', '--minutes 10 --out my.safetensors', '--text alice.txt --resume'],
  run,
}

async function run(options: LanguageOptions, { print, signal, cwd }: Surroundings): Promise<void> {
  await setBackend(wasm({ wide: true }))
  const plan = await makePlan(options, cwd)
  const { corpus, model, out, stepsBefore } = plan
  print(describePlan(plan, backendInfo(), cwd))
  const counts = baseline(corpus.training, corpus.heldOut, corpus.tokenizer.size)
  print(
    `\nOn the held-out text, bigram counts reach ${nats(counts.bigram)} nats per character, trigram counts ${nats(counts.trigram)}.`,
  )
  print(draw(plan, stepsBefore > 0 ? 'Sample before going on' : 'Sample before training'))

  print('')
  const training = await train(model, corpus, { limit: plan.limit, seed: plan.seed + stepsBefore, signal })
  if (training.losses.length === 0) return print('Stopped before the first step; nothing was stored.')
  const steps = stepsBefore + training.losses.length
  await saveModel(out, model, { tokenizer: corpus.tokenizer, steps })
  const stored = `Weights after ${count(steps)} steps stored in ${readable(out, cwd)}`
  if (training.stopped) return print(`Stopped. ${stored}`)

  print(describeResult(training, counts, stepsBefore))
  print(describeCurve(training, counts))
  print(draw(plan, 'Sample after training'))
  print(`\n${stored}`)
}

/** Both samples start from the same held-out words and the same random numbers. */
function draw({ model, corpus, seed, temperature }: Plan, title: string): string {
  const { tokenizer, heldOut } = corpus
  const prompt = tokenizer.decode(heldOut.subarray(0, 40))
  const generator = new Generator(seed)
  return describeSample(
    title,
    prompt,
    sample(model, tokenizer, prompt, { length: SAMPLE, temperature, generator }),
  )
}
