import { logSoftmax, randint, randn, sigmoid, type Tensor, tensor } from '@core/tensor'
import * as losses from '@nn/losses'
import { describe, test } from 'vitest'
import { alike } from './support.js'

const scores = (...shape: number[]) => randn(shape, { requiresGrad: true })
const signs = () => randint([4], 0, 2).mul(2).sub(1)
const classes = () => tensor([0, 2, -100, 1], { dtype: 'int32' })
/** The same, on the device only, as if a model had computed them. */
const farClasses = () => classes().add(0)
const labels = () => tensor([2, 0, -1, 1, -1, -1, 0, 1, 2, -1, -1, -1], { shape: [4, 3], dtype: 'int32' })

type Case = (input: Tensor) => Tensor
const weight = () => tensor([0.5, 1, 2])
const cases: Readonly<Record<string, readonly [shape: readonly number[], loss: Case]>> = {
  mse: [[4, 3], (x) => losses.mse(x, randn([4, 3]))],
  l1: [[4, 3], (x) => losses.l1(x, randn([4, 3]))],
  huber: [[4, 3], (x) => losses.huber(x, randn([4, 3]), { delta: 0.5 })],
  smoothL1: [[4, 3], (x) => losses.smoothL1(x, randn([4, 3]), { beta: 0.5 })],
  bce: [[4, 3], (x) => losses.bce(sigmoid(x), sigmoid(randn([4, 3])), { weight: weight() })],
  bceWithLogits: [[4, 3], (x) => losses.bceWithLogits(x, sigmoid(randn([4, 3])), { posWeight: weight() })],
  crossEntropy: [[4, 3], (x) => losses.crossEntropy(x, classes(), { weight: weight(), labelSmoothing: 0.1 })],
  'crossEntropy of the device': [[4, 3], (x) => losses.crossEntropy(x, farClasses(), { reduction: 'none' })],
  'crossEntropy, classes first': [
    [2, 3, 2],
    (x) => losses.crossEntropy(x, classes().reshape([2, 2]), { classDim: 1 }),
  ],
  'crossEntropy with shares': [[4, 3], (x) => losses.crossEntropy(x, randn([4, 3]).softmax())],
  nll: [[4, 3], (x) => losses.nll(logSoftmax(x), farClasses(), { weight: weight() })],
  klDiv: [[4, 3], (x) => losses.klDiv(logSoftmax(x), randn([4, 3]).softmax(), { reduction: 'batchmean' })],
  poissonNll: [[4, 3], (x) => losses.poissonNll(x, randint([4, 3], 0, 5).cast('float32'), { full: true })],
  gaussianNll: [[4, 3], (x) => losses.gaussianNll(x, randn([4, 3]), randn([4, 3]).square(), { full: true })],
  softMargin: [[4], (x) => losses.softMargin(x, signs())],
  hingeEmbedding: [[4], (x) => losses.hingeEmbedding(x, signs())],
  marginRanking: [[4], (x) => losses.marginRanking(x, randn([4]), signs(), { margin: 0.3 })],
  cosineEmbedding: [[4, 3], (x) => losses.cosineEmbedding(x, randn([4, 3]), signs())],
  tripletMargin: [[4, 3], (x) => losses.tripletMargin(x, randn([4, 3]), randn([4, 3]), { swap: true })],
  multiMargin: [[4, 3], (x) => losses.multiMargin(x, randint([4], 0, 2).add(0), { p: 2, weight: weight() })],
  multiLabelMargin: [[4, 3], (x) => losses.multiLabelMargin(x, labels())],
  'multiLabelMargin of the device': [[4, 3], (x) => losses.multiLabelMargin(x, labels().add(0))],
  ctc: [
    [6, 2, 4],
    (x) =>
      losses.ctc(
        logSoftmax(x),
        tensor(
          [
            [1, 2],
            [3, 3],
          ],
          { dtype: 'int32' },
        ),
        [6, 5],
        [2, 1],
      ),
  ],
  'ctc of the device': [
    [6, 2, 4],
    (x) => {
      const far = (...values: number[]) => tensor(values, { dtype: 'int32' }).add(0)
      return losses.ctc(logSoftmax(x), far(1, 2, 3, 3).reshape([2, 2]), far(6, 5), far(2, 1), {
        zeroInfinity: true,
      })
    },
  ],
}

describe('losses', () => {
  test.each(Object.entries(cases))('%s', (_, [shape, of]) =>
    alike(() => {
      const input = scores(...shape)
      const loss = of(input)
      loss.sum().backward()
      return { loss, gradient: input.grad }
    }),
  )
})
