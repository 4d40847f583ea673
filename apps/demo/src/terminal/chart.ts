import asciichart from 'asciichart'
import colors from 'picocolors'

/** A curve and a level to compare it with, as lines of text. */
export function chart(curve: readonly number[], level: number, width: number, height = 10): string {
  const points = resample(curve, width)
  const series = [points.map(() => level), points]
  return asciichart.plot(series, {
    height,
    ...(colors.isColorSupported && { colors: [asciichart.lightgray, asciichart.blue] }),
    format: (value) => value.toFixed(2).padStart(7),
  })
}

/** `count` means over equal stretches; shorter data is stretched by repeating. */
export function resample(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * values.length) / count)
    const to = Math.max(from + 1, Math.floor(((i + 1) * values.length) / count))
    const part = values.slice(from, to)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}
