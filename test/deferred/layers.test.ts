import { compile, manualSeed, randint, randn, setBackend, type Tensor, tensor, wasm } from '@core/tensor'
import * as nn from '@nn/layers'
import { init, type Module, Sequential } from '@nn/module'
import * as recurrent from '@nn/recurrent'
import { describe, expect, test } from 'vitest'
import { alike, type Found, inside } from './support.js'

const x = (...shape: number[]) => randn(shape)

/** Runs a layer forwards and back, in training and at evaluation. */
function used<M extends Module>(model: M, call: (model: M) => Tensor): Found {
  const y = call(model)
  y.square().sum().backward()
  const trained = inside(model)
  return { y, ...trained, evaluated: call(model.eval()) }
}

const rows = [
  new nn.ReLU(),
  new nn.Sigmoid(),
  new nn.Tanh(),
  new nn.GELU(),
  new nn.GLU(),
  new nn.Hardsigmoid(),
  new nn.Hardswish(),
  new nn.Hardtanh(),
  new nn.ReLU6(),
  new nn.Threshold(0.1, 0),
  new nn.CELU(),
  new nn.ELU(),
  new nn.LeakyReLU(),
  new nn.SELU(),
  new nn.Hardshrink(),
  new nn.Softshrink(),
  new nn.LogSigmoid(),
  new nn.Mish(),
  new nn.SiLU(),
  new nn.Softplus(),
  new nn.Softsign(),
  new nn.Tanhshrink(),
  new nn.LogSoftmax(),
  new nn.Softmax(),
  new nn.Softmin(),
  new nn.Flatten(),
  new nn.Unflatten(1, [2, 2]),
]

const images: readonly [string, () => nn.Residual | Sequential | Module][] = [
  ['Conv2d', () => new nn.Conv2d(4, 2, 3, { padding: 1, paddingMode: 'reflect' })],
  ['ConvTranspose2d', () => new nn.ConvTranspose2d(4, 2, 3, { stride: 2 })],
  ['AvgPool2d', () => new nn.AvgPool2d(2)],
  ['MaxPool2d', () => new nn.MaxPool2d(2)],
  ['AdaptiveAvgPool2d', () => new nn.AdaptiveAvgPool2d(3)],
  ['AdaptiveMaxPool2d', () => new nn.AdaptiveMaxPool2d([3, 2])],
  ['ConstantPad2d', () => new nn.ConstantPad2d(1, 0.5)],
  ['ZeroPad2d', () => new nn.ZeroPad2d(1)],
  ['ReflectionPad2d', () => new nn.ReflectionPad2d(1)],
  ['ReplicationPad2d', () => new nn.ReplicationPad2d(1)],
  ['PixelShuffle', () => new nn.PixelShuffle(2)],
  ['PixelUnshuffle', () => new nn.PixelUnshuffle(2)],
  ['Upsample', () => new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' })],
  ['Dropout2d', () => new nn.Dropout2d(0.4)],
  ['BatchNorm2d', () => new nn.BatchNorm2d(4)],
  ['BatchNorm2d over all batches', () => new nn.BatchNorm2d(4, { momentum: null })],
  ['InstanceNorm2d', () => new nn.InstanceNorm2d(4, { affine: true, trackRunningStats: true })],
  ['GroupNorm', () => new nn.GroupNorm(2, 4)],
  ['LayerNorm', () => new nn.LayerNorm([6, 6])],
  ['RMSNorm', () => new nn.RMSNorm(6)],
  ['Residual', () => new nn.Residual(new nn.Conv2d(4, 4, 1))],
]

const sequences: readonly [string, () => Module][] = [
  ['Conv1d', () => new nn.Conv1d(4, 2, 3, { padding: 1, paddingMode: 'circular' })],
  ['ConvTranspose1d', () => new nn.ConvTranspose1d(4, 2, 3)],
  ['AvgPool1d', () => new nn.AvgPool1d(2)],
  ['MaxPool1d', () => new nn.MaxPool1d(2)],
  ['AdaptiveAvgPool1d', () => new nn.AdaptiveAvgPool1d(3)],
  ['AdaptiveMaxPool1d', () => new nn.AdaptiveMaxPool1d(3)],
  ['ConstantPad1d', () => new nn.ConstantPad1d(1, 0.5)],
  ['ZeroPad1d', () => new nn.ZeroPad1d(1)],
  ['ReflectionPad1d', () => new nn.ReflectionPad1d(1)],
  ['ReplicationPad1d', () => new nn.ReplicationPad1d(1)],
  ['Dropout1d', () => new nn.Dropout1d(0.4)],
  ['BatchNorm1d', () => new nn.BatchNorm1d(4, { momentum: null })],
  ['InstanceNorm1d', () => new nn.InstanceNorm1d(4)],
  ['PReLU', () => new nn.PReLU(4)],
]

const forward = (model: Module, input: Tensor) => (model as Sequential).forward(input)

describe('layers', () => {
  test.each(rows.map((layer) => [layer.constructor.name, layer] as const))('%s', (_, layer) =>
    alike(() => {
      const head = new nn.Linear(4, 4)
      const net = new Sequential(head, layer)
      return used(net.train(), () => net.forward(x(3, 4)))
    }),
  )

  test.each(images)('%s', (_, make) =>
    alike(() => used(make(), (layer) => forward(layer, leaf(x(2, 4, 6, 6))))),
  )

  test.each(sequences)('%s', (_, make) =>
    alike(() => used(make(), (layer) => forward(layer, leaf(x(2, 4, 8))))),
  )

  test('Conv3d', () => alike(() => used(new nn.Conv3d(2, 3, 2), (c) => c.forward(x(1, 2, 3, 3, 3)))))

  test('Bilinear, MLP, Dropout', () =>
    alike(() => ({
      bilinear: used(new nn.Bilinear(2, 3, 4), (layer) => layer.forward(x(5, 2), x(5, 3))),
      mlp: used(new nn.MLP([3, 4, 2], { norm: (n) => new nn.BatchNorm1d(n), dropout: 0.3 }), (net) =>
        net.forward(x(5, 3)),
      ),
    })))

  test('MultiheadAttention with masks', () =>
    alike(() =>
      used(new nn.MultiheadAttention(8, 2, { dropout: 0.2, addBiasKv: true, addZeroAttn: true }), (layer) => {
        const q = x(2, 5, 8)
        return layer.forward(q, q, q, { isCausal: true } as never).output
      }),
    ))

  test('Embedding, of indices of the host and of the device', () =>
    alike(() => {
      const options = { paddingIdx: -1, maxNorm: 1, scaleGradByFreq: true }
      const made = new nn.Embedding(6, 3, options)
      const host = used(made, (layer) => layer.forward(tensor([[0, 5, 2]], { dtype: 'int32' })))
      const far = randint([4], 0, 5).add(1) // computed: a device cannot tell whether they are in range
      return { host, far: used(new nn.Embedding(6, 3, options), (layer) => layer.forward(far)) }
    }))
})

describe('modules', () => {
  test('are copied and summed up', () =>
    alike(() => {
      const net = new Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Linear(4, 1))
      net.forward(x(5, 3))
      const copy = net.clone()
      return { summary: nn.summary(net, [5, 3]), copy: copy.stateDict(), y: copy.forward(x(5, 3)) }
    }))

  test('steps with the mean of all batches can be compiled', async () => {
    const run = async (compiled: boolean) => {
      await setBackend(wasm({ build: 'simd' }))
      manualSeed(3)
      const layer = new nn.BatchNorm1d(2, { momentum: null })
      const forward = (input: Tensor) => layer.forward(input).detach()
      let calls = 0
      const counted = (input: Tensor) => {
        calls++
        return forward(input)
      }
      const step = compiled ? compile(counted) : counted
      const outputs = Array.from({ length: 6 }, () => step(randn([4, 2])).toArraySync())
      return { calls, found: [outputs, ...Object.values(layer.stateDict()).map((t) => t.toArraySync())] }
    }
    const [plain, replayed] = [await run(false), await run(true)]
    expect(replayed.calls).toBeLessThan(plain.calls)
    expect(replayed.found).toEqual(plain.found)
  })
})

function leaf(input: Tensor): Tensor {
  return tensor([1], { requiresGrad: true }).mul(input)
}

describe('initialisers', () => {
  const all: Readonly<Record<string, ReturnType<typeof init.zeros>>> = {
    constant: init.constant(0.5),
    zeros: init.zeros(),
    ones: init.ones(),
    eye: init.eye(),
    uniform: init.uniform(),
    normal: init.normal(),
    truncatedNormal: init.truncatedNormal(),
    sparse: init.sparse(0.3),
    orthogonal: init.orthogonal(),
    xavierUniform: init.xavierUniform(),
    xavierNormal: init.xavierNormal(),
    kaimingUniform: init.kaimingUniform(),
    kaimingNormal: init.kaimingNormal(),
  }
  test.each(Object.entries(all))('%s', (_, one) =>
    alike(() => new nn.Linear(5, 4, { init: { weight: one } }).stateDict()),
  )

  test('dirac', () => alike(() => new nn.Conv1d(2, 2, 3, { init: { weight: init.dirac() } }).stateDict()))
})

describe('recurrent layers', () => {
  const { RNN, GRU, LSTM, RNNCell, GRUCell, LSTMCell, chrono, forgetBias } = recurrent
  const two = { numLayers: 2, bidirectional: true, dropout: 0.3 }
  const layers: readonly [string, () => recurrent.Recurrent][] = [
    ['RNN', () => new RNN(3, 4, { ...two, nonlinearity: 'relu' })],
    ['GRU', () => new GRU(3, 4, { ...two, init: init.orthogonal() })],
    ['GRU, reset before', () => new GRU(3, 4, { resetAfter: false, init: chrono({ maxDelay: 9 }) })],
    ['LSTM', () => new LSTM(3, 4, { ...two, init: forgetBias() })],
    ['LSTM with projection', () => new LSTM(3, 4, { projSize: 2, batchFirst: false })],
  ]
  const run = (layer: recurrent.Recurrent, options: object) => layer.forward(x(2, 5, 3), options).output

  test.each(layers)('%s', (_, make) =>
    alike(() => {
      const layer = make()
      const batch = layer.batchFirst ? 2 : 5
      const lengths = Array.from({ length: batch }, (_, i) => 1 + (i % 2))
      const far = randint([batch], 1, 3).add(0)
      return {
        whole: used(make(), (net) => run(net, {})),
        listed: used(make(), (net) => run(net, { lengths })),
        told: used(make(), (net) => run(net, { lengths: tensor(lengths, { dtype: 'int32' }) })),
        far: used(make(), (net) => run(net, { lengths: far })),
        traced: make().forward(x(2, 5, 3), { trace: true }),
        through: recurrent.gradientThroughTime(make().eval(), x(2, 5, 3)),
      }
    }),
  )

  test('cells and recur', () =>
    alike(() => {
      const [plain, gru, lstm] = [new RNNCell(3, 4), new GRUCell(3, 4), new LSTMCell(3, 4)]
      return {
        plain: recurrent.recur(plain, x(2, 5, 3)),
        gru: recurrent.recur(gru, x(2, 5, 3)),
        lstm: recurrent.recur(lstm, x(2, 5, 3)),
      }
    }))
})
