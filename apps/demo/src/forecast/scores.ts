import { HELD_OUT, type Series } from './data.js'

/** A forecast from each month of the held-out years that leaves room for it: [month][how far ahead], ppm. */
export type Forecasts = readonly (readonly number[])[]

/** The month in which the held-out years begin. */
export const cutOf = ({ values }: Series): number => values.length - HELD_OUT

/**
 * Forecasts that add a rise to what was measured in the same month a year before. All of that is known when a forecast
 * of up to twelve months is made.
 *
 * @param rise - ppm in a year, for the forecast that begins in held-out month `origin`, `ahead` months into it
 */
export function fromLastYear(
  series: Series,
  horizon: number,
  rise: (origin: number, ahead: number) => number,
): Forecasts {
  const cut = cutOf(series)
  return Array.from({ length: HELD_OUT - horizon + 1 }, (_, origin) =>
    Array.from(
      { length: horizon },
      (_, ahead) => series.values[cut + origin + ahead - 12] + rise(origin, ahead),
    ),
  )
}

/** How much more there was than in the same month a year before: one entry for each month from the second year on. */
export function yearlyRises({ values }: Series): Float64Array {
  return Float64Array.from(values.subarray(12), (value, i) => value - values[i])
}

/** Forecasts that need no network. */
export interface Baselines {
  /** What was measured in the same month a year before. */
  readonly seasonal: Forecasts
  /** The same plus the mean yearly rise of the training years. */
  readonly drift: Forecasts
  /** The same plus the mean yearly rise of the last months before the forecast, as many as the network sees. */
  readonly recentDrift: Forecasts
}

export function baselines(series: Series, horizon: number, seen: number): Baselines {
  const rises = yearlyRises(series)
  const cut = cutOf(series) - 12
  const ever = mean(rises.subarray(0, cut))
  return {
    seasonal: fromLastYear(series, horizon, () => 0),
    drift: fromLastYear(series, horizon, () => ever),
    recentDrift: fromLastYear(series, horizon, (origin) =>
      mean(rises.subarray(cut + origin - seen, cut + origin)),
    ),
  }
}

/** How far forecasts are off, ppm. */
export interface Score {
  /** The root of the mean squared error. */
  readonly rmse: number
  /** The mean absolute error. */
  readonly mae: number
  /** The root of the mean squared error of each number of months ahead. */
  readonly ahead: readonly number[]
}

export function scoreOf(series: Series, forecasts: Forecasts): Score {
  const cut = cutOf(series)
  const errors = forecasts.map((forecast, origin) =>
    forecast.map((value, ahead) => value - series.values[cut + origin + ahead]),
  )
  const rms = (list: readonly number[]) => Math.sqrt(mean(list.map((error) => error ** 2)))
  return {
    rmse: rms(errors.flat()),
    mae: mean(errors.flat().map(Math.abs)),
    ahead: forecasts[0].map((_, ahead) => rms(errors.map((error) => error[ahead]))),
  }
}

/** One value for each held-out month: of forecasts made once every `horizon` months, one behind the other. */
export function joined(forecasts: Forecasts): number[] {
  const horizon = forecasts[0].length
  return Array.from({ length: HELD_OUT }, (_, month) => {
    const origin = Math.min(month - (month % horizon), HELD_OUT - horizon)
    return forecasts[origin][month - origin]
  })
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
}
