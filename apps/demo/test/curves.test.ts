import { expect, test, vi } from 'vitest'
import { curves, stretch } from '../src/terminal/curves.js'

// As on a terminal without colours, which CI services pretend to have.
vi.hoisted(() => {
  process.env.NO_COLOR = '1'
})

const options = { level: 0.5, height: 4, min: 0, max: 1, format: (value: number) => value.toFixed(2) }

test('without colours, each curve has a chart of its own, all with the same scale', () => {
  const text = curves(
    [
      { name: 'rises', values: [0, 1] },
      { name: 'stays', values: [0.25, 0.25] },
    ],
    20,
    options,
  )
  const [first, second] = text.split('\n\n').map((part) => part.split('\n'))
  expect([first[0], second[0]]).toEqual(['  rises', '  stays'])
  expect(first.slice(1).map((row) => row.slice(0, 4))).toEqual(['1.00', '0.75', '0.50', '0.25', '0.00'])
  expect(first[1]).toContain('╭')
  expect(second.slice(1).filter((row) => row.includes('─'))).toHaveLength(2)
})

test('what is beyond the scale is drawn at its edge', () => {
  const text = curves([{ name: 'far', values: [-9, 9] }], 10, options)
  expect(text.split('\n')).toHaveLength(6)
})

test('stretching draws straight lines between the values', () => {
  expect(stretch([0, 2, 3], 5)).toEqual([0, 1, 2, 2.5, 3])
  expect(stretch([4], 3)).toEqual([4, 4, 4])
  expect(stretch([1, 2], 1)).toEqual([1])
})
