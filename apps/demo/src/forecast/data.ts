import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** The first month that is used: in the year before, months are missing. */
const FIRST_YEAR = 1959
/** The months at the end that nothing is learned from: eight years. */
export const HELD_OUT = 96
/** Where the measurements come from (licence: CC BY 4.0). */
export const SOURCE =
  'Scripps CO2 Program, Scripps Institution of Oceanography, scrippsco2.ucsd.edu (by vega-datasets, CC BY 4.0)'

/** Monthly measurements without gaps, the first in January of `firstYear`. */
export interface Series {
  readonly firstYear: number
  /** Millionths of all molecules of dry air (ppm). */
  readonly values: Float64Array
  /** Months that were missing, as numbers in `values`. */
  readonly filled: readonly number[]
}

/** The carbon dioxide in the air on Mauna Loa, Hawaii, month by month. */
export async function readCo2(): Promise<Series> {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('vega-datasets'))
  return parseCo2(await readFile(new URL('../data/co2-concentration.csv', entry), 'utf8'))
}

/** Reads lines of `date,CO2,…`. A missing month gets the mean of the same month in the years before and after. */
export function parseCo2(text: string): Series {
  const measured = new Map<number, number>()
  for (const line of text.trim().split('\n').slice(1)) {
    const [date, co2] = line.split(',')
    const [year, month] = date.split('-').map(Number)
    const at = (year - FIRST_YEAR) * 12 + month - 1
    if (at >= 0) measured.set(at, Number(co2))
  }
  const values = new Float64Array(Math.max(...measured.keys()) + 1)
  const filled: number[] = []
  for (const i of values.keys()) {
    const value = measured.get(i) ?? (measured.get(i - 12)! + measured.get(i + 12)!) / 2
    if (!Number.isFinite(value))
      throw new RangeError(`month ${i} cannot be filled: ${text.length} characters`)
    if (!measured.has(i)) filled.push(i)
    values[i] = value
  }
  return { firstYear: FIRST_YEAR, values, filled }
}

/** `2012-05`. */
export function monthName({ firstYear }: Series, i: number): string {
  return `${firstYear + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`
}
