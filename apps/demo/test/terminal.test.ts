import { expect, test } from 'vitest'
import { describe as line, type Moment } from '../src/language/moment.js'
import { chart, resample } from '../src/terminal/chart.js'
import { duration, indented, perplexity, printable } from '../src/terminal/format.js'
import { progress } from '../src/terminal/progress.js'

const moment: Moment = {
  step: 120,
  fraction: 0.4,
  loss: 2.0123,
  validation: 2.1,
  perSecond: 61234.5,
  secondsLeft: 65,
}

test('durations and perplexities', () => {
  expect([0, 59.6, 75, 3700, Number.POSITIVE_INFINITY, -1].map(duration)).toEqual([
    '0:00',
    '1:00',
    '1:15',
    '1:01:40',
    '–',
    '0:00',
  ])
  expect([0, Math.log(83), 7, 100].map(perplexity)).toEqual(['1.00', '83.00', '1,097', '> 1,000,000'])
})

test('text from a model cannot steer the terminal', () => {
  expect(printable('a\x1b[2J\u009b\u202eb\r\n\tç漢😀')).toBe('a�[2J��b�\n\tç漢😀')
  expect(indented('a\nb')).toBe('  a\n  b')
})

test('a line says step, loss, perplexity, speed and time left; the narrow one fits', () => {
  expect(line(moment, false)).toBe(
    'step 120 · loss 2.012 · perplexity 7.48 · validation 2.100 · 61,235 tokens/s · 1:05 left',
  )
  const widest = { ...moment, step: 10_000, perSecond: 100_000, secondsLeft: 3599 }
  expect(line(widest, true).length + 2 + 10 + 1).toBeLessThanOrEqual(80)
})

function fake(isTTY: boolean) {
  const out: string[] = []
  const write = (text: string) => out.push(text) > 0
  const stream = { isTTY, columns: 120, write, on: () => {}, getWindowSize: () => [120, 40] }
  return { out, stream: stream as unknown as NodeJS.WriteStream }
}

test('without a terminal: plain lines, the first and the last moment always among them', () => {
  const { out, stream } = fake(false)
  const shown = progress(line, stream, 1000)
  for (const step of [1, 2, 3]) shown.update({ ...moment, step })
  shown.stop()
  shown.stop()
  const rest = ' · loss 2.012 · perplexity 7.48 · validation 2.100 · 61,235 tokens/s · 1:05 left\n'
  expect(out).toEqual([`   40 %  step 1${rest}`, `   40 %  step 3${rest}`])
  const often = progress(line, stream, 0)
  often.update(moment)
  often.update(moment)
  expect(out.length).toBe(4)
})

test('in a terminal: one bar, redrawn', () => {
  const { out, stream } = fake(true)
  const shown = progress(line, stream)
  shown.update(moment)
  shown.stop()
  expect(out.join('')).toContain('██████████░░')
  expect(out.join('')).toContain('perplexity 7.48')
})

test('a chart has the curve and the level it is compared with', () => {
  const text = chart([4, 3, 2, 1], 2, 20, 6)
  const rows = text.split('\n')
  expect(rows.length).toBe(7)
  expect(rows[0]).toContain('4.00')
  expect(rows[6]).toContain('1.00')
})

test('resampling takes means, or repeats', () => {
  expect(resample([1, 3, 5, 7], 2)).toEqual([2, 6])
  expect(resample([1, 2], 4)).toEqual([1, 1, 2, 2])
})
