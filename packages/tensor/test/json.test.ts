import { tensor } from '@core/tensor'
import { expect, test } from 'vitest'

test('JSON of a tensor is its dtype, shape and values', () => {
  expect(
    JSON.parse(
      JSON.stringify({
        x: tensor([
          [1, 2],
          [3, 4],
        ]),
      }),
    ),
  ).toEqual({
    x: { dtype: 'float32', shape: [2, 2], data: [1, 2, 3, 4] },
  })
})
