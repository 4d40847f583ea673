import { noGrad, tensor } from '@core/tensor'
import { type Dataset, Standardizer, splitSeries, type WindowPair, windowDataset } from '@nn/data'
import { HELD_OUT, type Series } from './data.js'
import type { Forecaster } from './model.js'
import type { Recipe } from './recipe.js'
import { type Forecasts, fromLastYear, yearlyRises } from './scores.js'

/** What the network learns from and is tried on: windows of yearly rises, on one scale. */
export interface Windows {
  readonly training: Dataset<WindowPair, WindowPair>
  /** One for each held-out month from which a whole forecast can be made. */
  readonly heldOut: Dataset<WindowPair, WindowPair>
  readonly standardizer: Standardizer
}

/** Cuts the series by time. The scale is learned from the training years; what is held out is only forecast. */
export function makeWindows(series: Series, { seen, model }: Pick<Recipe, 'seen' | 'model'>): Windows {
  const rises = yearlyRises(series)
  const { train, validation } = splitSeries(tensor(Float32Array.from(rises), { shape: [rises.length, 1] }), {
    validation: HELD_OUT,
    context: seen,
  })
  const standardizer = new Standardizer().fit(train)
  const windows = (part: typeof train) =>
    windowDataset(standardizer.transform(part), { inputLength: seen, horizon: model.horizon })
  return { training: windows(train), heldOut: windows(validation), standardizer }
}

/** Forecasts the held-out years, in evaluation mode and without gradients. */
export async function forecast(
  model: Forecaster,
  series: Series,
  { heldOut, standardizer }: Windows,
): Promise<Forecasts> {
  const wasTraining = model.training
  model.eval()
  const [x] = await heldOut.batch!(Int32Array.from({ length: heldOut.length }, (_, i) => i))
  const rises = await noGrad(() => standardizer.inverse(model.forward(x))).data()
  model.train(wasTraining)
  const { horizon } = model.config
  return fromLastYear(series, horizon, (origin, ahead) => rises[origin * horizon + ahead])
}
