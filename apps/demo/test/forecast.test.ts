import { manualSeed } from '@core/tensor'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseOptions } from '../src/cli/options.js'
import { HELD_OUT, monthName, parseCo2, readCo2, type Series } from '../src/forecast/data.js'
import { CELLS, Forecaster } from '../src/forecast/model.js'
import { forecastOptions } from '../src/forecast/options.js'
import { legend, plot, ruler, squeezed } from '../src/forecast/plot.js'
import { makeRecipe } from '../src/forecast/recipe.js'
import { describeCurves } from '../src/forecast/report.js'
import { baselines, joined, scoreOf, yearlyRises } from '../src/forecast/scores.js'
import { describe as line } from '../src/forecast/train.js'
import { forecast, makeWindows } from '../src/forecast/windows.js'

const recipe = (...args: string[]) => makeRecipe(parseOptions(args, forecastOptions))
let co2: Series
beforeAll(async () => {
  co2 = await readCo2()
})

describe('the measurements', () => {
  test('are all months from January 1959 on, three of them filled', () => {
    expect(co2.values.length).toBe(61 * 12 + 4)
    expect([co2.values[0], co2.values[735]]).toEqual([315.58, 416.18])
    expect(co2.filled.map((i) => monthName(co2, i))).toEqual(['1964-02', '1964-03', '1964-04'])
    expect(co2.values[co2.filled[0]]).toBeCloseTo((co2.values[49] + co2.values[73]) / 2)
    expect(monthName(co2, co2.values.length - HELD_OUT)).toBe('2012-05')
    expect(Math.max(...yearlyRises(co2))).toBeLessThan(5)
  })

  test('before 1959 are left out, and what cannot be filled is refused', () => {
    const rows = (months: number[]) => months.map((m) => `1959-${m}-01,${300 + m},0`).join('\n')
    const all = Array.from({ length: 12 }, (_, i) => i + 1)
    const series = parseCo2(`Date,CO2,adjusted\n1958-12-01,1,1\n${rows(all)}\n`)
    expect([...series.values]).toEqual(all.map((m) => 300 + m))
    expect(() => parseCo2(`Date,CO2\n${rows([1, 2, 4])}`)).toThrow('month 2 cannot be filled')
  })
})

/** Month i of a year has i; every year has 12 ppm more than the one before, in the held-out years 24 more. */
function stairs(years: number): Series {
  const values = new Float64Array(years * 12)
  for (let i = 0; i < values.length; i++)
    values[i] = (i % 12) + (i < 12 ? 0 : values[i - 12] - (i % 12) + (i < values.length - HELD_OUT ? 12 : 24))
  return { firstYear: 2000, values, filled: [] }
}

describe('forecasts without a network', () => {
  const series = stairs(20)

  test('are off by what they leave out', () => {
    const { seasonal, drift, recentDrift } = baselines(series, 12, 24)
    expect(seasonal.length).toBe(85)
    expect(seasonal.every((list) => list.length === 12)).toBe(true)
    expect(scoreOf(series, seasonal)).toMatchObject({ rmse: 24, mae: 24, ahead: new Array(12).fill(24) })
    expect(scoreOf(series, drift)).toMatchObject({ rmse: 12, mae: 12 })
    // At the first origin all 24 months before rose by 12; from the 25th on, by 24.
    expect(recentDrift[0][0]).toBe(series.values[144] - 12)
    expect(recentDrift[24]).toEqual([...series.values.subarray(168, 180)])
  })

  test('know nothing of what comes after', () => {
    const changed = { ...series, values: series.values.map((value, i) => (i < 150 ? value : 1e6)) }
    for (const horizon of [1, 5, 12]) {
      const [before, after] = [series, changed].map((s) => baselines(s, horizon, 24))
      for (const kind of ['seasonal', 'drift', 'recentDrift'] as const)
        expect(after[kind].slice(0, 7)).toEqual(before[kind].slice(0, 7))
    }
  })

  test('scores by hand, and forecasts one behind the other', () => {
    const wrong = baselines(series, 2, 24).seasonal.map(([a, b], i) => [
      a + 24 + (i % 2 ? 3 : -3),
      b + 24 + 4,
    ])
    const { rmse, mae, ahead } = scoreOf(series, wrong)
    expect([rmse, mae, ...ahead]).toEqual([Math.sqrt(12.5), 3.5, 3, 4].map((x) => expect.closeTo(x, 9)))
    const numbered = Array.from({ length: HELD_OUT - 5 + 1 }, (_, origin) =>
      Array.from({ length: 5 }, (_, k) => 100 * origin + k),
    )
    const row = joined(numbered)
    expect(row.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 500, 501])
    expect(row.slice(-2)).toEqual([9004, 9104])
    expect(row.length).toBe(HELD_OUT)
  })
})

describe('the windows', () => {
  test('keep the held-out years out of training and scale', async () => {
    const changed = { ...co2, values: co2.values.map((value, i) => (i < 640 ? value : 1e6)) }
    const [real, spoilt] = [co2, changed].map((series) => makeWindows(series, recipe()))
    expect(spoilt.standardizer.state).toEqual(real.standardizer.state)
    expect(real.training.length).toBe(640 - 12 - 48 - 12 + 1)
    for (const i of [0, real.training.length - 1]) {
      const [[x, y], [x2, y2]] = await Promise.all([real.training.get(i), spoilt.training.get(i)])
      expect([x2.toArraySync(), y2.toArraySync()]).toEqual([x.toArraySync(), y.toArraySync()])
    }
  })

  test('forecast the held-out months, each from the months before it', async () => {
    const { heldOut, standardizer } = makeWindows(co2, recipe('--horizon', '3'))
    expect(heldOut.length).toBe(94)
    for (const i of [0, 93]) {
      const [x, y] = await heldOut.get(i)
      const [before, after] = [x, y].map((t) => [...standardizer.inverse(t).dataSync()])
      const rises = yearlyRises(co2)
      expect(before).toEqual([...rises.subarray(580 + i, 628 + i)].map((rise) => expect.closeTo(rise, 4)))
      expect(after).toEqual([...rises.subarray(628 + i, 631 + i)].map((rise) => expect.closeTo(rise, 4)))
    }
  })
})

test.each(CELLS)('untrained, the %s forecasts the mean rise of what it sees', async (cell) => {
  manualSeed(1)
  const plan = recipe('--cell', cell, '--hidden', '3')
  const made = await forecast(new Forecaster(plan.model), co2, makeWindows(co2, plan))
  const { recentDrift } = baselines(co2, 12, plan.seen)
  expect(made.length).toBe(85)
  for (const origin of [0, 40, 84])
    expect(made[origin]).toEqual(recentDrift[origin].map((value) => expect.closeTo(value, 3)))
})

test('what was left unsaid', () => {
  expect(recipe()).toMatchObject({
    model: { cell: 'gru', hidden: 16, horizon: 12 },
    steps: 600,
    seed: 1,
    seen: 48,
  })
  expect(recipe('--cell', 'lstm', '--horizon', '3', '--steps', '5', '--seed', '0')).toMatchObject({
    model: { cell: 'lstm', horizon: 3 },
    steps: 5,
    seed: 0,
  })
})

describe('the plot', () => {
  test('fits, with the years below their Januaries', () => {
    const { seasonal, recentDrift } = baselines(co2, 12, 48)
    const rows = plain(describeCurves(co2, seasonal, recentDrift, recipe(), 80)).split('\n')
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(80)
    const years = rows.filter((row) => row.includes('╵'))
    expect(years).toEqual([
      '                ╵2013       ╵2014       ╵2015       ╵2016',
      '                ╵2017       ╵2018       ╵2019       ╵2020',
    ])
    expect(rows.join('\n')).toContain('━ seasonal naive   ━ measured   ━ GRU')
  })

  test('column i is value i', () => {
    const values = [0, 0, 0, 5, 0, 0]
    const [top] = plain(plot([{ name: 'x', values, color: 'blue' }])).split('\n')
    const months = ['2012-10', '2012-11', '2012-12', '2013-01', '2013-02', '2013-03']
    expect(top.indexOf('╭')).toBe(plain(ruler(months)).indexOf('╵'))
    expect(plain(squeezed([{ name: 'x', values: new Array(96).fill(1), color: 'blue' }], 80))).toContain(
      '1.0',
    )
    expect(plain(legend([{ name: 'x', values, color: 'gray' }]))).toBe('  ━ x')
  })
})

test('a line says step, loss, speed and time left; the narrow one fits', () => {
  const stage = { step: 120, fraction: 0.4, loss: 0.1234, perSecond: 1772.3, secondsLeft: 65 }
  expect(line(stage, false)).toBe('step 120 · loss 0.123 · 1,772 windows/s · 1:05 left')
  const widest = { ...stage, step: 1_000_000, perSecond: 100_000, secondsLeft: 360_000 }
  expect(line(widest, true).length + 2 + 10 + 1).toBeLessThanOrEqual(80)
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours
const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, '')
