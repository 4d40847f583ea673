import { backendInfo, manualSeed, setBackend, wasm } from '@core/tensor'
import type { ModeDefinition, Surroundings } from '../cli/mode.js'
import { count } from '../terminal/format.js'
import { confusionOf } from './confusion.js'
import { type Digits, readDigits, splitDigits } from './data.js'
import { LeNet, type Reading, readAll } from './model.js'
import { type DigitsOptions, digitsOptions } from './options.js'
import { makeRecipe } from './recipe.js'
import { describeConfusion, describeMistakes, describeResult, describeStart } from './report.js'
import { train } from './train.js'

export const digitsMode: ModeDefinition<typeof digitsOptions> = {
  name: 'digits',
  summary:
    'Trains a convolutional network to read handwritten digits (MNIST), shows what it mistakes for what.',
  options: digitsOptions,
  examples: ['digits', 'digits --epochs 2 --batch 64', 'digits --steps 300 --seed 7'],
  run,
}

async function run(options: DigitsOptions, { print, signal }: Surroundings): Promise<void> {
  const recipe = makeRecipe(options)
  await setBackend(wasm({ wide: true }))
  const split = splitDigits(await readDigits())
  manualSeed(recipe.seed)
  const model = new LeNet()
  print(describeStart(model, split, recipe, backendInfo()))
  const before = await readAll(model, split.heldOut)

  print('')
  const training = await train(model, split.training, recipe, signal)
  if (training.stopped)
    return print(`Stopped after ${count(training.steps)} of ${count(recipe.steps)} steps.`)

  const after = await readAll(model, split.heldOut)
  const confusion = confusionFor(split.heldOut, after)
  print(describeResult(confusionFor(split.heldOut, before), confusion, training))
  print(describeConfusion(confusion))
  print(describeMistakes(split.heldOut, after, process.stdout.columns ?? 80))
}

function confusionFor({ labels }: Digits, readings: readonly Reading[]) {
  return confusionOf(
    labels,
    readings.map(({ label }) => label),
  )
}
