import { ones, type Tensor, tensor, zeros } from '@core/tensor'
import * as L from '@nn/losses'
import { describe, expect, test } from 'vitest'

const ids = (...values: number[]) => tensor(values, { dtype: 'int32' })
const js = (value: unknown) => value as never

// Shapes that would broadcast by accident are refused: every loss of an input and a target of the same shape.
const pairs: [string, (x: Tensor, t: Tensor) => Tensor][] = [
  ['mse', L.mse],
  ['l1', L.l1],
  ['smoothL1', L.smoothL1],
  ['huber', L.huber],
  ['bce', L.bce],
  ['bceWithLogits', L.bceWithLogits],
  ['klDiv', L.klDiv],
  ['poissonNll', L.poissonNll],
  ['hingeEmbedding', L.hingeEmbedding],
  ['softMargin', L.softMargin],
  ['multiLabelMargin', (x, t) => L.multiLabelMargin(x, t.cast('int32'))],
  ['marginRanking', (x, t) => L.marginRanking(x, x, t)],
  ['marginRanking, inputs', (x, t) => L.marginRanking(x, t, x)],
  ['cosineEmbedding', (x, t) => L.cosineEmbedding(x, t, ids(1, 1, 1))],
  ['tripletMargin', (x, t) => L.tripletMargin(x, x, t)],
  ['gaussianNll', (x, t) => L.gaussianNll(x, t, x)],
]

describe('what would broadcast is refused', () => {
  test.each(pairs)('%s', (name, loss) => {
    const op = name.split(',')[0]
    for (const shape of [[3], [3, 1], [1, 2], [2], []])
      expect(() => loss(ones([3, 2]), ones(shape)), `[${shape}]`).toThrow(
        new RegExp(`^${op}: .*\\[3, 2\\].*\\[${shape.join(', ')}\\]`),
      )
  })
})

const x = zeros([2, 3])
const refused: [string, () => Tensor, RegExp][] = [
  [
    'a weight for each value of another shape',
    () => L.bce(x, x, { weight: ones([2]) }),
    /bce: the weight \[2\] does not broadcast.*\[2, 3\]/,
  ],
  [
    'a weight that would enlarge the input',
    () => L.bceWithLogits(x, x, { posWeight: ones([4, 2, 3]) }),
    /bceWithLogits: the posWeight \[4, 2, 3\]/,
  ],
  ['weights that are no floats', () => L.bce(x, x, { weight: ids(1) }), /bce: the weight \[1\] is int32/],
  [
    'a weight for each class too few',
    () => L.crossEntropy(x, ids(0, 1), { weight: ones([2]) }),
    /crossEntropy: the weight must be \[3\].*got \[2\]/,
  ],
  ['smoothing above 1', () => L.crossEntropy(x, ids(0, 1), { labelSmoothing: 1.5 }), /labelSmoothing.*1.5/],
  [
    'probabilities with ignoreIndex',
    () => L.crossEntropy(x, x, { ignoreIndex: 1 }),
    /crossEntropy: ignoreIndex is for class numbers/,
  ],
  ['a class that is not there', () => L.nll(x, ids(0, 3)), /nll: class 3 .*0 to 2/],
  ['class numbers that are floats', () => L.nll(x, ones([2])), /nll: the target \[2\].*int32/],
  [
    "PyTorch's layout unsaid",
    () => L.nll(zeros([2, 3, 4]), zeros([2, 4], { dtype: 'int32' })),
    /nll:.*classDim: 1/,
  ],
  ['a class that multiMargin has not', () => L.multiMargin(x, ids(0, 3)), /multiMargin: class 3/],
  [
    'one target for all rows',
    () => L.multiMargin(x, tensor(1, { dtype: 'int32' })),
    /multiMargin:.*\[2, 3\] and \[\]/,
  ],
  [
    'a power that multiMargin has not',
    () => L.multiMargin(x, ids(0, 1), { p: js(3) }),
    /multiMargin: p must be 1 or 2, got 3/,
  ],
  [
    'a label that is not there',
    () =>
      L.multiLabelMargin(
        x,
        tensor(
          [
            [0, -1, 9],
            [0, 3, -1],
          ],
          { dtype: 'int32' },
        ),
      ),
    /label 3 of row 1.*0 to 2/,
  ],
  [
    'a variance of another shape',
    () => L.gaussianNll(x, x, ones([3])),
    /gaussianNll: the variance \[3\] does not fit the input \[2, 3\]/,
  ],
  ['an epsilon of 0', () => L.gaussianNll(x, x, x, { eps: 0 }), /gaussianNll: eps/],
  ['a delta of 0', () => L.huber(x, x, { delta: 0 }), /huber: delta/],
  ['a beta below 0', () => L.smoothL1(x, x, { beta: -1 }), /smoothL1: beta/],
  ['a margin of 0', () => L.tripletMargin(x, x, x, { margin: 0 }), /tripletMargin: margin/],
  ['a target for each value', () => L.cosineEmbedding(x, x, x), /cosineEmbedding:.*\[2, 3\] and \[2, 3\]/],
  [
    'an unknown reduction',
    () => L.klDiv(x, x, { reduction: js('avg') }),
    /klDiv: reduction.*'batchmean'.*'avg'/,
  ],
  ['batchmean of another loss', () => L.mse(x, x, { reduction: js('batchmean') }), /mse: reduction/],
  [
    'an unknown option',
    () => L.hingeEmbedding(x, x, js({ margins: 1 })),
    /hingeEmbedding: there is no option 'margins'.*margin/,
  ],
  [
    'a switch that is none',
    () => L.poissonNll(x, x, { full: js(1) }),
    /poissonNll: full must be true or false/,
  ],
]

test.each(refused)('%s is refused', (_, call, message) => {
  expect(call).toThrow(message)
})

test('empty inputs: a sum of 0, a mean that is no number', () => {
  const none = zeros([0, 3])
  expect(L.mse(none, none, { reduction: 'sum' }).itemSync()).toBe(0)
  expect(L.mse(none, none).itemSync()).toBeNaN()
  expect(L.nll(none, zeros([0], { dtype: 'int32' })).itemSync()).toBeNaN()
  expect(L.crossEntropy(none, none).itemSync()).toBeNaN()
  expect(L.multiMargin(none, zeros([0], { dtype: 'int32' }), { reduction: 'none' }).shape).toEqual([0])
})
