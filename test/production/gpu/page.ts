// The demo's networks in a page, on the backend that the test asks for.
import { backendInfo, Generator, manualSeed, setBackend, type Tensor, tensor, wasm } from '@core/tensor'
import { gpu } from '@core/tensor/gpu'
import { crossEntropy, mse } from '@nn/losses'
import type { Module } from '@nn/module'
import { Adam, AdamW, SGD } from '@nn/optim'
import { type FitOptions, fit } from '@nn/train'
import { LeNet } from '../../../apps/demo/src/digits/lenet.js'
import { Forecaster } from '../../../apps/demo/src/forecast/model.js'
import { CharModel } from '../../../apps/demo/src/language/model.js'
import { addingTask } from '../../../apps/demo/src/memory/adding.js'
import { MemoryModel } from '../../../apps/demo/src/memory/model.js'

/** Numbers to train on. */
export interface Data {
  /** Tokens of a text. */
  readonly tokens: readonly number[]
  /** Pixels of digits, 784 each, from 0 to 1, and what they are. */
  readonly pixels: readonly number[]
  readonly labels: readonly number[]
  /** Values of a time series. */
  readonly series: readonly number[]
}

export type Backend = 'wasm' | 'webgpu' | 'webgl2'
export type Network = 'language' | 'digits' | 'forecast' | 'memory'

type Pair = [x: Tensor, y: Tensor]

interface Training<M extends Module> {
  readonly model: M
  readonly optimizer: FitOptions<M, Pair>['optimizer']
  readonly loss: (model: M, x: Tensor, y: Tensor) => Tensor
  readonly batch: (step: number) => Pair
}

/** Sequences or images of a batch, and what else makes a training long. */
export interface Scale {
  readonly batch: number
  readonly length: number
  readonly hidden: number
  readonly steps: Readonly<Record<Network, number>>
}

const int32 = { dtype: 'int32' } as const
const range = (n: number) => Array.from({ length: n }, (_, i) => i)

function language({ tokens }: Data, { batch, length, hidden }: Scale): Training<CharModel> {
  const vocabulary = 1 + Math.max(...tokens)
  const model = new CharModel({ cell: 'gru', vocabulary, embedding: 64, hidden })
  const rows = (from: number) =>
    tensor(
      range(batch).map((b) => tokens.slice(from + b * length, from + (b + 1) * length)),
      int32,
    )
  return {
    model,
    optimizer: new SGD(model.namedParameters(), { lr: 0.5, momentum: 0.9 }),
    loss: (net, x, y) => crossEntropy(net.forward(x).logits, y),
    batch: (step) => [rows(step * 40), rows(step * 40 + 1)],
  }
}

function digits({ pixels, labels }: Data, { batch }: Scale): Training<LeNet> {
  const model = new LeNet()
  return {
    model,
    optimizer: new SGD(model.namedParameters(), { lr: 0.02, momentum: 0.9, weightDecay: 1e-4 }),
    loss: (net, x, y) => crossEntropy(net.forward(x), y),
    batch: (step) => {
      const from = (step * batch) % (labels.length - batch)
      const images = Float32Array.from(pixels.slice(from * 784, (from + batch) * 784))
      return [tensor(images, { shape: [batch, 1, 28, 28] }), tensor(labels.slice(from, from + batch), int32)]
    },
  }
}

function forecast({ series }: Data, { batch }: Scale): Training<Forecaster> {
  const [seen, horizon] = [48, 12]
  const model = new Forecaster({ cell: 'lstm', hidden: 16, horizon, dropout: 0.3 })
  const windows = (from: number, length: number) =>
    tensor(range(batch).map((b) => series.slice(from + b * 3, from + b * 3 + length).map((v) => [v])))
  return {
    model,
    optimizer: new AdamW(model.namedParameters(), { lr: 0.003, weightDecay: 0.1 }),
    loss: (net, x, y) => mse(net.forward(x), y),
    batch: (step) => [windows(step * 2, seen), windows(step * 2 + seen, horizon)],
  }
}

function memory(_: Data, { batch }: Scale): Training<MemoryModel> {
  const generator = new Generator(5)
  const model = new MemoryModel(addingTask, 'lstm', 'chrono', generator)
  return {
    model,
    optimizer: new Adam(model.namedParameters(), { lr: 0.001 }),
    loss: (net, x, y) => mse(net.forward(x), y),
    batch: () => addingTask.draw(generator, batch),
  }
}

/** Trains a network for some steps, and gives the loss of each. */
async function train(network: Network, on: Backend, scale: Scale, data: Data): Promise<readonly number[]> {
  await setBackend(on === 'wasm' ? wasm({ build: 'simd', threads: 1 }) : gpu({ mode: on }))
  if (on !== 'wasm' && backendInfo().build !== on) throw new Error(`It runs on ${backendInfo().build}.`)
  manualSeed(11)
  const networks = { language, digits, forecast, memory } as unknown as Record<
    Network,
    (data: Data, scale: Scale) => Training<Module>
  >
  const { model, optimizer, loss, batch } = networks[network](data, scale)
  const losses: number[] = []
  const batches = (async function* () {
    for (let step = 0; ; step++) yield batch(step)
  })()
  await fit(model, batches, {
    loss,
    optimizer,
    steps: scale.steps[network],
    clipNorm: 1,
    compile: network !== 'digits', // one of them step by step
    callbacks: [{ onStep: ({ loss: value }) => void losses.push(value) }],
  })
  return losses
}

Object.assign(globalThis, { train })
