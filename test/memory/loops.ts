// The loops that must stay flat, written as a user writes them: nothing in them releases, disposes, or counts.

import {
  argmax,
  defineOp,
  matmul,
  noGrad,
  ShapeError,
  softmax,
  type Tensor,
  tanh,
  tensor,
} from '@core/tensor'
import { DataLoader, tensorDataset } from '@nn/data'
import { Embedding, Linear } from '@nn/layers'
import { crossEntropy, mse } from '@nn/losses'
import { Module } from '@nn/module'
import { clipGradNorm, SGD } from '@nn/optim'
import { GRU } from '@nn/recurrent'
import { fit } from '@nn/train'
import { PlainNet, plainTokens, type Weights } from './plain.js'

/** What looks at the memory of a loop: told of every step, it does nothing but measure at a tenth and at the end. */
export interface Meter {
  /** For loops that never let the event loop turn. */
  look(step: number): void
  /** For loops that await. */
  turn(step: number): Promise<void>
}

/** What a loop gives beside its measurements. */
export interface Outcome {
  /** Losses or other results, one a step. */
  readonly values: readonly number[]
  /** The same from plain arrays, for as many steps as are worth it. */
  readonly expected?: readonly number[]
}

/** A loop and how often it turns, so that 64 MB have been passed several times after a tenth of the steps. */
export interface Loop {
  readonly steps: { readonly wasm: number; readonly reference: number }
  readonly run: (meter: Meter, steps: number) => Outcome | Promise<Outcome>
}

/** In browsers the GPU is software, and slow. */
const IN_BROWSER = typeof navigator === 'object' && 'gpu' in navigator
const ROWS = IN_BROWSER ? 64 : 1024
const INPUTS = 8
const HIDDEN = 64
const BATCHES = 8
const PLAIN_STEPS = 16
const lr = 0.05

class Net extends Module {
  readonly hidden = new Linear(INPUTS, HIDDEN)
  readonly head = new Linear(HIDDEN, 1)
  override forward(x: Tensor): Tensor {
    return this.head.forward(tanh(this.hidden.forward(x)))
  }
}

class Language extends Module {
  readonly embed: Embedding
  readonly rnn: GRU
  readonly head: Linear
  constructor(
    readonly vocabulary: number,
    hidden: number,
  ) {
    super()
    this.embed = new Embedding(vocabulary, 16)
    this.rnn = new GRU(16, hidden)
    this.head = new Linear(hidden, vocabulary)
  }
  override forward(tokens: Tensor, state?: Tensor): { logits: Tensor; state: Tensor } {
    const { output, state: next } = this.rnn.forward(this.embed.forward(tokens), { state })
    return { logits: this.head.forward(output), state: next }
  }
}

function numbers(length: number, seed: number): Float32Array {
  let at = seed * 7919 + 1
  return Float32Array.from({ length }, () => {
    at = (at * 16807) % 2147483647
    return (at / 2147483647) * 2 - 1
  })
}

const inputs = Array.from({ length: BATCHES }, (_, i) => numbers(ROWS * INPUTS, i + 1))
const targets = inputs.map((x) => x.filter((_, i) => i % INPUTS === 3).map((v) => Math.sin(3 * v)))
const xOf = (i: number) => tensor(inputs[i % BATCHES]!, { shape: [ROWS, INPUTS] })
const yOf = (i: number) => tensor(targets[i % BATCHES]!, { shape: [ROWS, 1] })

const weightsAtOnce = (model: Module): Weights =>
  Object.fromEntries(Object.entries(model.stateDict()).map(([name, t]) => [name, t.dataSync()]))

async function weightsOf(model: Module): Promise<Weights> {
  const all = Object.entries(model.stateDict()).map(async ([name, t]) => [name, await t.data()] as const)
  return Object.fromEntries(await Promise.all(all))
}

/** What training on these batches must give. */
function plainLosses(net: PlainNet, batch: (step: number) => number = (i) => i): number[] {
  return Array.from({ length: PLAIN_STEPS }, (_, i) => {
    net.zeroGrad()
    const k = batch(i) % BATCHES
    const loss = net.loss(inputs[k]!, targets[k]!)
    net.step(lr)
    return loss
  })
}

function train(net: Net, optimizer: SGD, x: Tensor, y: Tensor): Tensor {
  optimizer.zeroGrad()
  const loss = mse(net.forward(x), y)
  loss.backward()
  optimizer.step()
  return loss
}

async function batchesFromALoader(meter: Meter, steps: number): Promise<Outcome> {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const expected = plainLosses(new PlainNet(await weightsOf(net)))
  const x = tensor(Float32Array.from(inputs.flatMap((v) => [...v])), { shape: [ROWS * BATCHES, INPUTS] })
  const y = tensor(Float32Array.from(targets.flatMap((v) => [...v])), { shape: [ROWS * BATCHES, 1] })
  const loader = new DataLoader(tensorDataset(x, y), { batchSize: ROWS, repeat: true })
  const values: number[] = []
  for await (const [input, target] of loader) {
    values.push(await train(net, optimizer, input, target).item())
    await meter.turn(values.length)
    if (values.length === steps) break
  }
  return { values, expected }
}

async function fitted(meter: Meter, steps: number): Promise<Outcome> {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const loader = new DataLoader(
    { length: BATCHES, get: (i: number): [Tensor, Tensor] => [xOf(i), yOf(i)] },
    { collate: ([pair]) => pair!, shuffle: true, seed: 1 },
  )
  const values: number[] = []
  const onStep = ({ step, loss }: { step: number; loss: number }) => {
    values.push(loss)
    return meter.turn(step)
  }
  await fit(net, loader, {
    loss: (model, x, y) => mse(model.forward(x!), y!),
    optimizer,
    steps,
    clipNorm: 1,
    callbacks: [{ onStep }],
  })
  return { values }
}

async function arraysMadeIntoTensors(meter: Meter, steps: number): Promise<Outcome> {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const expected = plainLosses(new PlainNet(await weightsOf(net)))
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    values.push(await train(net, optimizer, xOf(i), yOf(i)).item())
    await meter.turn(i + 1)
  }
  return { values, expected }
}

function arraysMadeIntoTensorsAtOnce(meter: Meter, steps: number): Outcome {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const expected = plainLosses(new PlainNet(weightsAtOnce(net)))
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    values.push(train(net, optimizer, xOf(i), yOf(i)).itemSync())
    meter.look(i + 1)
  }
  return { values, expected }
}

async function sameFullBatch(meter: Meter, steps: number): Promise<Outcome> {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const expected = plainLosses(new PlainNet(await weightsOf(net)), () => 0)
  const [x, y] = [xOf(0), yOf(0)]
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    values.push(await train(net, optimizer, x, y).item())
    await meter.turn(i + 1)
  }
  return { values, expected }
}

function sameFullBatchAtOnce(meter: Meter, steps: number): Outcome {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const expected = plainLosses(new PlainNet(weightsAtOnce(net)), () => 0)
  const [x, y] = [xOf(0), yOf(0)]
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    values.push(train(net, optimizer, x, y).itemSync())
    meter.look(i + 1)
  }
  return { values, expected }
}

async function eightBackwardPassesAStep(meter: Meter, steps: number): Promise<Outcome> {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr: lr / BATCHES })
  const plain = new PlainNet(await weightsOf(net))
  const expected = [0, 1, 2].map(() => {
    plain.zeroGrad()
    const losses = inputs.map((x, i) => plain.loss(x, targets[i]!))
    plain.step(lr / BATCHES)
    return losses.reduce((a, b) => a + b)
  })
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad()
    let sum = 0
    for (let k = 0; k < BATCHES; k++) {
      const loss = mse(net.forward(xOf(k)), yOf(k))
      loss.backward()
      sum += await loss.item()
    }
    for (const p of net.parameters()) sum += 0 * (await p.grad!.data())[0]! // a user who looks at gradients
    optimizer.step()
    values.push(sum)
    await meter.turn(i + 1)
  }
  return { values, expected }
}

async function truncatedBackpropagation(meter: Meter, steps: number): Promise<Outcome> {
  const [batch, time] = IN_BROWSER ? [8, 8] : [32, 16]
  const model = new Language(128, 24)
  const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
  const text = Int32Array.from({ length: 4096 }, (_, i) => ((i * i) % 125) + (i % 3))
  const window = (step: number, shift: number) =>
    tensor(
      Int32Array.from(
        { length: batch * time },
        (_, i) => text[(Math.floor(i / time) * 97 + step * time + (i % time) + shift) % text.length]!,
      ),
      { shape: [batch, time] },
    )
  let state: Tensor | undefined
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad()
    const { logits, state: next } = model.forward(window(i, 0), state)
    const loss = crossEntropy(logits, window(i, 1))
    loss.backward()
    clipGradNorm(model.parameters(), 1)
    optimizer.step()
    state = next.detach()
    values.push(await loss.item())
    await meter.turn(i + 1)
  }
  return { values }
}

function evaluationInOneFunction(meter: Meter, steps: number): Outcome {
  const net = new Net().eval()
  const plain = new PlainNet(weightsAtOnce(net))
  const expected = inputs.map((x, i) => plain.loss(x, targets[i]!))
  const values: number[] = []
  noGrad(() => {
    for (let i = 0; i < steps; i++) {
      values.push(mse(net.forward(xOf(i)), yOf(i)).itemSync())
      meter.look(i + 1)
    }
  })
  return { values, expected }
}

function tokensOneByOne(meter: Meter, steps: number): Outcome {
  const model = new Language(700, 24).eval() // logits of 2.8 KB
  const expected = plainTokens(weightsAtOnce(model), 500)
  const values: number[] = []
  noGrad(() => {
    let token = 0
    let state: Tensor | undefined
    for (let i = 0; i < steps; i++) {
      const { logits, state: next } = model.forward(tensor(Int32Array.of(token), { shape: [1, 1] }), state)
      token = argmax(softmax(logits.div(0.8))).itemSync()
      state = next
      values.push(token)
      meter.look(i + 1)
    }
  })
  return { values, expected }
}

async function twoTrainingsInterleaved(meter: Meter, steps: number): Promise<Outcome> {
  const nets = [new Net(), new Net()]
  const plain = await Promise.all(nets.map(weightsOf))
  const expected = plain.map((weights) => plainLosses(new PlainNet(weights)))
  const losses: number[][] = [[], []]
  let done = 0
  await Promise.all(
    nets.map(async (net, k) => {
      const optimizer = new SGD(net.parameters(), { lr })
      for (let i = 0; i < steps / 2; i++) {
        losses[k]!.push(await train(net, optimizer, xOf(i), yOf(i)).item())
        await meter.turn(++done)
      }
    }),
  )
  const both = (all: readonly number[][]) => all[0]!.flatMap((v, i) => [v, all[1]![i]!])
  return { values: both(losses), expected: both(expected) }
}

const cannotGoBack = defineOp({
  name: 'cannotGoBack',
  forward: (x: Tensor) => x.mul(2),
  backward: () => {
    throw new Error('on the way back')
  },
})

async function aStepThatThrowsHalfway(meter: Meter, steps: number): Promise<Outcome> {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const expected = plainLosses(new PlainNet(await weightsOf(net)))
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    try {
      if (i % 4 === 1) matmul(tanh(net.hidden.forward(xOf(i))), xOf(i)) // shapes that do not fit
      if (i % 4 === 2) mse(tanh(cannotGoBack(tanh(net.forward(xOf(i)).mul(xOf(i + 1))))), xOf(i)).backward()
      if (i % 4 === 3) {
        mse(net.forward(xOf(i)), yOf(i)).backward()
        throw new Error('before the optimizer')
      }
    } catch (error) {
      if (!(error instanceof ShapeError || /on the way back|before the optimizer/.test(String(error))))
        throw error
    }
    values.push(await train(net, optimizer, xOf(i), yOf(i)).item())
    await meter.turn(i + 1)
  }
  return { values, expected }
}

const tokensOf = (seed: number, batch: number) =>
  tensor(
    Int32Array.from({ length: batch * 16 }, (_, k) => (k * 31 + seed) % 300),
    { shape: [batch, 16] },
  )

/** One training step of a new model of about 600 KB (in browsers 40 KB), with as much of optimizer state. */
function firstStep(i: number): Tensor {
  const model = IN_BROWSER ? new Language(300, 16) : new Language(600, 128)
  const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
  const tokens = tokensOf(i, 2)
  const loss = crossEntropy(model.forward(tokens).logits, tokens)
  loss.backward()
  optimizer.step()
  return loss
}

async function modelsCreatedAndDropped(meter: Meter, steps: number): Promise<Outcome> {
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    values.push(await firstStep(i).item())
    await meter.turn(i + 1)
  }
  return { values }
}

function modelsCreatedAndDroppedAtOnce(meter: Meter, steps: number): Outcome {
  const values: number[] = []
  for (let i = 0; i < steps; i++) {
    values.push(firstStep(i).itemSync())
    meter.look(i + 1)
  }
  return { values }
}

async function everyTenthLossKept(meter: Meter, steps: number): Promise<Outcome> {
  const net = new Net()
  const optimizer = new SGD(net.parameters(), { lr })
  const expected = plainLosses(new PlainNet(await weightsOf(net))).filter((_, i) => i % 10 === 0)
  const kept: Tensor[] = []
  for (let i = 0; i < steps; i++) {
    const loss = train(net, optimizer, xOf(i), yOf(i))
    if (i % 10 === 0) kept.push(loss)
    await loss.item()
    await meter.turn(i + 1)
  }
  return { values: await Promise.all(kept.map((t) => t.item())), expected }
}

function everyTenthLossKeptAtOnce(meter: Meter, steps: number): Outcome {
  const model = new Language(300, 16)
  const optimizer = new SGD(model.parameters(), { lr: 0.1 })
  const kept: Tensor[] = []
  for (let i = 0; i < steps; i++) {
    const tokens = tokensOf(i, 16)
    optimizer.zeroGrad()
    const loss = crossEntropy(model.forward(tokens).logits, tokens)
    loss.backward()
    optimizer.step()
    if (i % 10 === 0) kept.push(loss)
    meter.look(i + 1)
  }
  return { values: kept.map((t) => t.itemSync()) }
}

const often = { wasm: 2400, reference: 150 }

/** By name: the eleven, and where it makes a difference the same without any `await`. */
export const loops: Readonly<Record<string, Loop>> = {
  '1 batches from a loader': { steps: often, run: batchesFromALoader },
  '1b the same through fit': { steps: often, run: fitted },
  '2 arrays made into tensors at every step': { steps: often, run: arraysMadeIntoTensors },
  '2b the same in one synchronous function': { steps: often, run: arraysMadeIntoTensorsAtOnce },
  '3 the same full batch for ever': { steps: often, run: sameFullBatch },
  '3b the same in one synchronous function': { steps: often, run: sameFullBatchAtOnce },
  '4 eight accumulated backward passes a step': {
    steps: { wasm: 300, reference: 20 },
    run: eightBackwardPassesAStep,
  },
  '5 truncated BPTT with carried state': {
    steps: { wasm: 4000, reference: 100 }, // the collector needs a thousand or two until its cycle has come round
    run: truncatedBackpropagation,
  },
  '6 evaluation in one synchronous function': {
    steps: { wasm: 3000, reference: 300 },
    run: evaluationInOneFunction,
  },
  '7 tokens one by one in one synchronous function': {
    steps: { wasm: 100_000, reference: 100_000 },
    run: tokensOneByOne,
  },
  '8 two trainings interleaved by await': { steps: often, run: twoTrainingsInterleaved },
  '9 a step that throws halfway': { steps: { wasm: 1200, reference: 100 }, run: aStepThatThrowsHalfway },
  '10 models created and dropped': { steps: { wasm: 800, reference: 60 }, run: modelsCreatedAndDropped },
  '10b the same in one synchronous function': {
    steps: { wasm: 800, reference: 60 },
    run: modelsCreatedAndDroppedAtOnce,
  },
  '11 every tenth loss kept': { steps: often, run: everyTenthLossKept },
  '11b the same in one synchronous function': {
    steps: { wasm: 2000, reference: 100 },
    run: everyTenthLossKeptAtOnce,
  },
}
