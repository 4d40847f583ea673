import type { BackendInfo } from '@core/tensor'
import colors from 'picocolors'
import { backendFacts, facts, heading } from '../terminal/facts.js'
import { count, duration } from '../terminal/format.js'
import { HELD_OUT, monthName, type Series, SOURCE } from './data.js'
import type { Forecaster } from './model.js'
import { type Line, legend, plot, ruler, squeezed } from './plot.js'
import type { Recipe } from './recipe.js'
import { type Baselines, cutOf, type Forecasts, joined, scoreOf } from './scores.js'
import type { Training } from './train.js'

/** Months in each part of the plot of CO₂: four years. */
const PANEL = 48
/** How far ahead the errors are told one by one. */
const AHEAD = [1, 3, 6, 12]

const percent = (share: number): string => `${Math.round(100 * share)} %`
const name = (cell: string): string => cell.toUpperCase()

/** What is about to be trained, on what. */
export function describeStart(
  model: Forecaster,
  series: Series,
  windows: number,
  recipe: Recipe,
  backend: BackendInfo,
): string {
  let size = 0
  for (const parameter of model.parameters()) size += parameter.size
  const { cell, hidden, horizon } = model.config
  const cut = cutOf(series)
  const month = (i: number) => monthName(series, i)
  return facts('Carbon dioxide on Mauna Loa', [
    ['data', SOURCE],
    [
      'months',
      `${month(0)} to ${month(cut - 1)} to train on, ${month(cut)} to ${month(series.values.length - 1)} held out; ` +
        `${series.filled.length} missing ones (${series.filled.map(month).join(', ')}) filled from the years beside them`,
    ],
    [
      'model',
      `the last ${recipe.seen} yearly rises (each month against the same one a year before) → ${name(cell)} ${hidden} → ` +
        `Linear ${horizon}, the next ${horizon}: ${count(size)} parameters`,
    ],
    [
      'training',
      `${count(recipe.steps)} steps of ${recipe.batch} of ${count(windows)} windows, AdamW with learning rate ${recipe.lr}, weight decay ${recipe.weightDecay}`,
    ],
    ...backendFacts(backend),
    ['seed', String(recipe.seed)],
  ])
}

/** How far the forecasts are off, the network's last. */
export function describeScores(
  series: Series,
  { seasonal, drift, recentDrift }: Baselines,
  forecasts: Forecasts,
  { model, seen }: Recipe,
  { steps, seconds, cpuSeconds }: Training,
): string {
  const rows: [string, Forecasts][] = [
    ['seasonal naive: the same month of last year', seasonal],
    ['  plus the mean rise of the training years', drift],
    [`  plus the mean rise of the last ${seen} months`, recentDrift],
    [`${name(model.cell)}, trained`, forecasts],
  ]
  const ahead = AHEAD.filter((months) => months <= model.horizon)
  const table = rows.map(([label, made], i) => {
    const { rmse, mae, ahead: far } = scoreOf(series, made)
    const numbers = [rmse, mae, ...ahead.map((months) => far[months - 1])]
    const line = `  ${label.padEnd(46)}${numbers.map((value) => value.toFixed(2).padStart(6)).join('')}`
    return i === rows.length - 1 ? colors.bold(line) : line
  })
  const network = scoreOf(series, forecasts).rmse
  const ratio = scoreOf(series, seasonal).rmse / network
  const best = Math.min(...[seasonal, drift, recentDrift].map((made) => scoreOf(series, made).rmse))
  return [
    heading(
      `Errors in the held-out years: ${count(forecasts.length)} forecasts of ${model.horizon} month${model.horizon === 1 ? '' : 's'}, ppm`,
    ),
    `  ${' '.repeat(46)}${colors.dim(`${'RMSE'.padStart(6)}${'MAE'.padStart(6)}${ahead.map((months) => `${months} mo`.padStart(6)).join('')}`)}`,
    ...table,
    `  The ${name(model.cell)}'s RMSE is ${ratio.toFixed(1)} times smaller than that of the seasonal-naive forecast.`,
    network < best
      ? `  ${colors.green(`It is ${percent(1 - network / best)} smaller than that of the best forecast without a network.`)}`
      : `  ${colors.yellow('A forecast without a network is still ahead: train longer.')}`,
    colors.dim(`  ${count(steps)} steps in ${duration(seconds)} (${duration(cpuSeconds)} of processor time)`),
  ].join('\n')
}

/** The held-out years, measured and forecast, and how far each forecast is off. */
export function describeCurves(
  series: Series,
  seasonal: Forecasts,
  forecasts: Forecasts,
  { model }: Recipe,
  columns: number,
): string {
  const cut = cutOf(series)
  const measured = [...series.values.subarray(cut)]
  const lines: Line[] = [
    { name: 'seasonal naive', values: joined(seasonal), color: 'gray' },
    { name: 'measured', values: measured, color: 'blue' },
    { name: name(model.cell), values: joined(forecasts), color: 'green' },
  ]
  const months = measured.map((_, i) => monthName(series, cut + i))
  const panels = Array.from({ length: HELD_OUT / PANEL }, (_, i) => {
    const part = <T>(list: readonly T[]) => list.slice(i * PANEL, (i + 1) * PANEL)
    return [plot(lines.map((line) => ({ ...line, values: part(line.values) }))), ruler(part(months))]
  })
  const errors = [lines[0], lines[2]].map((line) => ({
    ...line,
    values: line.values.map((value, i) => value - measured[i]),
  }))
  const zero: Line = { name: 'no error', values: measured.map(() => 0), color: 'blue' }
  return [
    heading(`CO₂ in the held-out years, ppm; a forecast every ${model.horizon} months`),
    legend(lines),
    ...panels.flat(),
    heading('How far the same forecasts are off, ppm'),
    legend(errors),
    squeezed([errors[0], zero, errors[1]], columns),
  ].join('\n')
}
