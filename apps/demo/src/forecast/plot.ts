import asciichart from 'asciichart'
import colors from 'picocolors'
import { resample } from '../terminal/chart.js'

/** A line of a plot. */
export interface Line {
  readonly name: string
  readonly values: readonly number[]
  readonly color: 'gray' | 'green' | 'blue'
}

/** Characters in front of the first value. */
const AXIS = 8
const HEIGHT = 12
const ANSI = { gray: asciichart.darkgray, green: asciichart.green, blue: asciichart.blue }

/** Curves over the same months, a column for each; the last line lies on top. */
export function plot(lines: readonly Line[]): string {
  return asciichart.plot(
    lines.map(({ values }) => values),
    {
      height: HEIGHT,
      ...(colors.isColorSupported && { colors: lines.map(({ color }) => ANSI[color]) }),
      format: (value) => value.toFixed(1).padStart(AXIS - 1),
    },
  )
}

/** Curves as narrow as need be: neighbouring months are averaged. */
export function squeezed(lines: readonly Line[], columns: number): string {
  const width = Math.min(lines[0].values.length, columns - AXIS - 2)
  return plot(lines.map((line) => ({ ...line, values: resample(line.values, width) })))
}

/** The years below a plot of months, each where its January is. */
export function ruler(names: readonly string[]): string {
  const row = new Array<string>(AXIS + names.length + 4).fill(' ')
  for (const [i, name] of names.entries())
    if (name.endsWith('-01')) row.splice(AXIS + i, 5, ...`╵${name.slice(0, 4)}`)
  return colors.dim(row.join('').trimEnd())
}

/** What each colour stands for. */
export function legend(lines: readonly Line[]): string {
  return `  ${lines.map(({ name, color }) => colors[color](`━ ${name}`)).join('   ')}`
}
