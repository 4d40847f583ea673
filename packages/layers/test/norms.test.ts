import { randn, reference, setBackend, type Tensor, tensor } from '@core/tensor'
import {
  BatchNorm1d,
  BatchNorm2d,
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  LayerNorm,
  RMSNorm,
} from '@nn/layers'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(() => setBackend(reference()))

const numbers = (t: Tensor | undefined) => Array.from(t!.dataSync())

// Values and gradients are compared with PyTorch's by the conformance cases.

test('batch norm: the mean of all batches, without momentum', () => {
  const layer = new BatchNorm1d(1, { momentum: null })
  layer.forward(tensor([[0], [2]]))
  layer.forward(tensor([[4], [10]]))
  expect(numbers(layer.runningMean)).toEqual([4])
  expect(numbers(layer.runningVar)).toEqual([10])
  expect(numbers(layer.numBatchesTracked)).toEqual([2])
  layer.eval().forward(tensor([[100]]))
  expect(numbers(layer.runningMean)).toEqual([4])
})

test('batch norm without running statistics uses the batch at evaluation, too', () => {
  const layer = new BatchNorm1d(1, { trackRunningStats: false, affine: false }).eval()
  expect(Object.keys(layer.stateDict())).toEqual([])
  expect(numbers(layer.forward(tensor([[0], [2]])))).toEqual([-1, 1].map((v) => expect.closeTo(v, 4)))
})

test('state dicts are PyTorch’s and are loaded again', () => {
  const trained = new BatchNorm2d(2)
  trained.forward(randn([3, 2, 2, 2]))
  const fresh = new BatchNorm2d(2)
  fresh.loadStateDict(trained.stateDict())
  expect(numbers(fresh.runningVar)).toEqual(numbers(trained.runningVar))
  expect(fresh.stateDict().num_batches_tracked!.dtype).toBe('int32')
  expect(Object.keys(new InstanceNorm1d(2).stateDict())).toEqual([])
  expect(
    Object.keys(new InstanceNorm2d(2, { affine: true, bias: false, trackRunningStats: true }).stateDict()),
  ).toEqual(['weight', 'running_mean', 'running_var', 'num_batches_tracked'])
  expect(Object.keys(new LayerNorm([2, 3], { bias: false }).stateDict())).toEqual(['weight'])
  expect(Object.keys(new RMSNorm(3, { elementwiseAffine: false }).stateDict())).toEqual([])
})

test('statistics do not depend on gradients being recorded, nor are they trained', () => {
  const layer = new BatchNorm1d(3)
  const x = randn([4, 3], { requiresGrad: true })
  layer.forward(x).square().sum().backward()
  expect([...layer.namedParameters()].map(([name]) => name)).toEqual(['weight', 'bias'])
  expect(x.grad?.shape).toEqual([4, 3])
  expect(layer.runningMean?.requiresGrad).toBe(false)
})

describe('what does not fit is refused', () => {
  test.each<[RegExp, () => unknown]>([
    [
      /BatchNorm1d: the input has shape \[2, 3\]; it must be \[batch, channels\].*with 4 channels/,
      () => new BatchNorm1d(4).forward(randn([2, 3])),
    ],
    [/BatchNorm2d: the input has shape \[2, 3, 4\]/, () => new BatchNorm2d(3).forward(randn([2, 3, 4]))],
    [/InstanceNorm1d: the input has shape \[5, 4\]/, () => new InstanceNorm1d(3).forward(randn([5, 4]))],
    [/GroupNorm: numChannels 5 must be a multiple of numGroups 2/, () => new GroupNorm(2, 5)],
    [
      /groupNorm: the weight has shape \[4\].*must be \[6\]/,
      () => new GroupNorm(2, 4).forward(randn([2, 6])),
    ],
    [/LayerNorm: normalizedShape/, () => new LayerNorm([])],
    [/BatchNorm1d: numFeatures/, () => new BatchNorm1d(0)],
    [/there is no option 'momentun'/, () => new BatchNorm1d(1, { momentun: 1 } as never)],
  ])('%s', (message, fn) => {
    expect(fn).toThrow(message)
  })
})
