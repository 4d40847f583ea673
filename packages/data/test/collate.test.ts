import { OptionError, type Tensor, tensor } from '@core/tensor'
import { expect, expectTypeOf, test } from 'vitest'
import { type Collated, collate, DataLoader, type Dataset } from '../src/index.js'

const example = (value: number) => ({
  image: tensor([value, value]),
  label: tensor(value),
  more: [tensor([value])] as const,
})

test('structures of tensors are stacked member by member', () => {
  const batch = collate([example(1), example(2), example(3)])
  expect(batch.image.toArraySync()).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
  expect(batch.label.toArraySync()).toEqual([1, 2, 3])
  expect(batch.more[0].shape).toEqual([3, 1])
  expectTypeOf(batch).toEqualTypeOf<{ image: Tensor; label: Tensor; more: [Tensor] }>()
  expectTypeOf<Collated<number>>().toEqualTypeOf<never>()
})

test('a loader collates by itself', async () => {
  const dataset: Dataset<ReturnType<typeof example>> = { length: 3, get: example }
  const shapes: unknown[] = []
  for await (const { image, more } of new DataLoader(dataset, { batchSize: 2 }))
    shapes.push(image.shape, more[0].shape)
  expect(shapes).toEqual([
    [2, 2],
    [2, 1],
    [1, 2],
    [1, 1],
  ])
})

test('what cannot be put together is refused', () => {
  expect(() => collate([1, 2])).toThrow(OptionError)
  expect(() => collate([1, 2])).toThrow('an example is 1, but only tensors')
  expect(() => collate([{ x: [tensor(1), 'a'] }])).toThrow(`.x[1] of an example is the string 'a'`)
  expect(() => collate([{ x: tensor(1) }, {}])).toThrow('example 1 of the batch has no .x')
  expect(() => collate([{ x: tensor(1) }, null])).toThrow('example 1 of the batch has no .x')
  expect(() => collate([new Float32Array(2)])).toThrow('an example is a Float32Array')
})
