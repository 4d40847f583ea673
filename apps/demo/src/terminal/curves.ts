import asciichart from 'asciichart'
import colors from 'picocolors'

/** A named curve of at least one value. */
export interface Series {
  readonly name: string
  readonly values: readonly number[]
}

export interface CurvesOptions {
  /** A level to compare with, drawn as a line. */
  readonly level?: Series['values'][number]
  readonly height?: number
  readonly min: number
  readonly max: number
  readonly format: (value: number) => string
}

const HUES = ['blue', 'green', 'magenta', 'yellow', 'cyan', 'red'] as const

/** Curves in one chart, each in its colour, with their names below; without colours each in a chart of its own. */
export function curves(series: readonly Series[], width: number, options: CurvesOptions): string {
  const { level, height = 10, min, max, format } = options
  const within = (values: readonly number[]) =>
    stretch(values, width).map((value) => Math.min(max, Math.max(min, value)))
  const flat = level === undefined ? [] : [Array.from({ length: width }, () => level)]
  const plot = (lines: readonly Series[], hues: readonly string[]) =>
    asciichart.plot([...flat, ...lines.map(({ values }) => within(values))], {
      height,
      min,
      max,
      format,
      ...(colors.isColorSupported && { colors: [...flat.map(() => asciichart.lightgray), ...hues] }),
    })
  if (!colors.isColorSupported) return series.map((one) => `  ${one.name}\n${plot([one], [])}`).join('\n\n')
  const hue = (i: number) => HUES[i % HUES.length]
  const legend = series.map(({ name }, i) => colors[hue(i)](`── ${name}`))
  const hues = series.map((_, i) => asciichart[hue(i)])
  return `${plot(series, hues)}\n  ${legend.join('   ')}`
}

/** Values at `count` places from the first to the last, straight lines between them. */
export function stretch(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const at = count > 1 ? (i * (values.length - 1)) / (count - 1) : 0
    const low = Math.floor(at)
    const high = Math.min(low + 1, values.length - 1)
    return values[low] + (values[high] - values[low]) * (at - low)
  })
}
