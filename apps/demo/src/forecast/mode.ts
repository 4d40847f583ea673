import { backendInfo, manualSeed, setBackend, wasm } from '@core/tensor'
import type { ModeDefinition, Surroundings } from '../cli/mode.js'
import { count } from '../terminal/format.js'
import { readCo2 } from './data.js'
import { Forecaster } from './model.js'
import { type ForecastOptions, forecastOptions } from './options.js'
import { makeRecipe } from './recipe.js'
import { describeCurves, describeScores, describeStart } from './report.js'
import { baselines } from './scores.js'
import { train } from './train.js'
import { forecast, makeWindows } from './windows.js'

export const forecastMode: ModeDefinition<typeof forecastOptions> = {
  name: 'forecast',
  summary: 'Trains a recurrent network to forecast the carbon dioxide in the air, a year ahead.',
  options: forecastOptions,
  examples: ['forecast', 'forecast --cell lstm --seed 7', 'forecast --horizon 6 --steps 300'],
  run,
}

async function run(options: ForecastOptions, { print, signal }: Surroundings): Promise<void> {
  const recipe = makeRecipe(options)
  await setBackend(wasm({ wide: true }))
  const series = await readCo2()
  const windows = makeWindows(series, recipe)
  manualSeed(recipe.seed)
  const model = new Forecaster(recipe.model)
  print(describeStart(model, series, windows.training.length, recipe, backendInfo()))

  print('')
  const training = await train(model, windows, recipe, signal)
  if (training.stopped)
    return print(`Stopped after ${count(training.steps)} of ${count(recipe.steps)} steps.`)

  const forecasts = await forecast(model, series, windows)
  const simple = baselines(series, recipe.model.horizon, recipe.seen)
  print(describeScores(series, simple, forecasts, recipe, training))
  print(describeCurves(series, simple.seasonal, forecasts, recipe, process.stdout.columns ?? 80))
}
