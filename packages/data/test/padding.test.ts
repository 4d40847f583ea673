import { arange, grad, OptionError, ShapeError, type Tensor, tensor, zeros } from '@core/tensor'
import { GRU } from '@nn/recurrent'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { collatePadded, DataLoader, padSequences, unpadSequences } from '../src/index.js'

const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 })
const sequence = (length: number, features: number) =>
  arange(1, length * features + 1).reshape([length, features])

describe('padSequences', () => {
  test('keeps each sequence, fills up behind it, and can be taken apart again', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 3 }), fc.boolean(), (list, features, batchFirst) => {
        const tensors = list.map((length) => sequence(length, features))
        const batch = padSequences(tensors, { value: -1, batchFirst })
        const longest = Math.max(...list)
        expect(batch.padded.shape).toEqual(
          batchFirst ? [list.length, longest, features] : [longest, list.length, features],
        )
        expect(batch.lengths.dtype).toBe('int32')
        expect(batch.lengths.toArraySync()).toEqual(list)
        for (const [i, length] of list.entries())
          expect(batch.padded.select(batchFirst ? 0 : 1, i).toArraySync()).toEqual([
            ...(tensors[i]!.toArraySync() as number[][]),
            ...Array.from({ length: longest - length }, () => new Array(features).fill(-1)),
          ])
        for (const given of [batch.lengths, list])
          expect(unpadSequences(batch.padded, given, { batchFirst }).map((t) => t.toArraySync())).toEqual(
            tensors.map((t) => t.toArraySync()),
          )
      }),
    )
  })

  test('works for token numbers and deeper sequences', () => {
    const tokens = padSequences([tensor([1, 2], { dtype: 'int32' }), tensor([3], { dtype: 'int32' })], {
      value: 9,
    })
    expect([tokens.padded.dtype, tokens.padded.toArraySync()]).toEqual([
      'int32',
      [
        [1, 2],
        [3, 9],
      ],
    ])
    expect(padSequences([zeros([2, 3, 4]), zeros([5, 3, 4])], { batchFirst: false }).padded.shape).toEqual([
      5, 2, 3, 4,
    ])
  })

  test('gradients reach each sequence, and only what it holds', () => {
    const [a, b] = [tensor([1, 2, 3]), tensor([4])].map((t) => t.setRequiresGrad(true)) as [Tensor, Tensor]
    const { padded } = padSequences([a, b])
    const [ga, gb] = grad(
      padded
        .mul(
          tensor([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        )
        .sum(),
      [a, b],
    )
    expect(ga!.toArraySync()).toEqual([1, 2, 3])
    expect(gb!.toArraySync()).toEqual([4])
  })

  test('refuses what cannot be', () => {
    expect(() => padSequences([])).toThrow('padSequences: expected a list of at least one tensor, got []')
    expect(() => padSequences(tensor([1]) as never)).toThrow('got a Tensor [1]')
    expect(() => padSequences([zeros([2, 3]), zeros([2, 4])])).toThrow(ShapeError)
    expect(() => padSequences([zeros([2, 3]), zeros([2, 4])])).toThrow(
      'sequence 1 has shape [2, 4], sequence 0 [2, 3]',
    )
    expect(() => padSequences([tensor(1)])).toThrow('sequence 0 has shape []')
    expect(() => padSequences([zeros([2])], { value: 'x' as never })).toThrow('value must be a number')
    expect(() => padSequences([zeros([2])], { padding: 1 } as never)).toThrow("there is no option 'padding'")
    expect(() => unpadSequences(zeros([2, 3]), [1])).toThrow('got 1 lengths')
    expect(() => unpadSequences(zeros([2, 3]), [1, 4])).toThrow(
      'a length is 4, but the sequences of [2, 3] have 3',
    )
    expect(() => unpadSequences(zeros([2, 3]), [1, 0.5])).toThrow('a length must be a whole number')
    expect(() => unpadSequences(zeros([2]), [1, 1])).toThrow('must be [batch, time, …]')
  })
})

describe('collatePadded', () => {
  const examples = [3, 1, 2].map((length, i) => [sequence(length, 2), arange(length), tensor(i)] as const)

  test('pads members with time, stacks numbers, adds the lengths of the first member', () => {
    const batch = collatePadded(examples, { value: [0, -100, 7] })
    expectTypeOf(batch).toEqualTypeOf<[Tensor, Tensor, Tensor, lengths: Tensor]>()
    const [x, y, z, counted] = batch
    expect(x.shape).toEqual([3, 3, 2])
    expect(y.toArraySync()).toEqual([
      [0, 1, 2],
      [0, -100, -100],
      [0, 1, -100],
    ])
    expect(z.toArraySync()).toEqual([0, 1, 2])
    expect(counted.toArraySync()).toEqual([3, 1, 2])
  })

  test('feeds a recurrent layer from a loader, whose states stop where each sequence ends', async () => {
    const dataset = { length: 3, get: (index: number) => examples[index]! }
    const gru = new GRU(2, 4)
    let seen = 0
    for await (const [x, , , lengths] of new DataLoader(dataset, { batchSize: 2, collate: collatePadded })) {
      const { output, state } = gru.forward(x!, { lengths: lengths! })
      const steps = unpadSequences(output, lengths!)
      for (const [row, list] of steps.entries()) {
        const alone = gru.forward(examples[seen++]![0])
        expect(list.toArraySync()).toEqual(
          (alone.output.toArraySync() as number[][]).map((step) =>
            step.map((value) => expect.closeTo(value, 5)),
          ),
        )
        expect(state.select(1, row).toArraySync()).toEqual([list.select(0, -1).toArraySync()])
      }
    }
    expect(seen).toBe(3)
  })

  test('refuses what cannot be', () => {
    const REFUSED: [unknown, object, string][] = [
      [[], {}, 'expected a list of at least one example, got []'],
      [[zeros([2])], {}, 'example 0 is a Tensor [2]; all must be lists of the same number of tensors'],
      [[[zeros([2])], [zeros([2]), zeros([2])]], {}, 'example 1 is a list of 2'],
      [[[zeros([2]), 3]], {}, 'example 0 is a list of 2'],
      [[[]], {}, 'example 0 is a list of 0'],
      [[[tensor(1)]], {}, 'the first member of an example is a single number'],
      [
        [
          [zeros([2]), zeros([3, 2])],
          [zeros([1]), zeros([3, 4])],
        ],
        {},
        'member 1 of example 1 has shape [3, 4]',
      ],
      [[[zeros([2])]], { value: [1, 2] }, 'value must be a number, or a list of 1'],
      [[[zeros([2])]], { value: ['0'] }, 'value must be a number'],
      [[[zeros([2])]], { pad: 1 }, "there is no option 'pad'"],
    ]
    for (const [items, options, message] of REFUSED) {
      expect(() => collatePadded(items as never, options)).toThrow(message)
      expect(() => collatePadded(items as never, options)).toThrow(/^collatePadded: /)
    }
    expect(() => collatePadded([])).toThrow(OptionError)
  })
})
