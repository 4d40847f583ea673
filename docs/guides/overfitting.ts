import { Generator, indexSelect, noGrad, type Parameter, randperm, type Tensor } from '@core/tensor'
import { BatchNorm1d, MLP } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { SGD } from '@nn/optim'
import { type Digits, digits } from './digits.ts'

/** Ways to train the same network, and how strong each is. */
export interface Method {
  /** Factor of the sum of the weights' sizes, in the objective. */
  readonly l1?: number
  /** Weight decay. */
  readonly l2?: number
  /** Probability with which a hidden value is dropped. */
  readonly dropout?: number
  /** Whether the hidden layer has a batch norm. */
  readonly batchNorm?: boolean
  /** How many samples of each digit it trains on. Default 20. */
  readonly perClass?: number
}

/** Those that the guide compares. */
export const METHODS: Readonly<Record<string, Method>> = {
  nothing: {},
  'L1, 0.0001': { l1: 1e-4 },
  'L1, 0.001': { l1: 1e-3 },
  'L2, 0.001': { l2: 1e-3 },
  'L2, 0.01': { l2: 1e-2 },
  'dropout, 0.2': { dropout: 0.2 },
  'dropout, 0.5': { dropout: 0.5 },
  'batch norm': { batchNorm: true },
  'nothing, five times the data': { perClass: 100 },
}

/** Loss (nats) and accuracy, each on the samples trained on and on others. */
export interface Result {
  readonly loss: readonly [train: number, validation: number]
  readonly accuracy: readonly [train: number, validation: number]
}

const STEPS = 400
const BATCH = 50

function weightsOf(model: MLP): Parameter[] {
  return [...model.parameters()].filter((parameter) => parameter.rank > 1)
}

function l1Norm(model: MLP): Tensor {
  return weightsOf(model)
    .map((weight): Tensor => weight.abs().sum())
    .reduce((a, b) => a.add(b))
}

function measure(model: MLP, { x, y }: Digits): { loss: number; accuracy: number } {
  return noGrad(() => {
    const logits = model.forward(x)
    const right = logits.argmax({ axis: 1 }).eq(y).cast('float32')
    return { loss: crossEntropy(logits, y).itemSync(), accuracy: right.mean().itemSync() }
  })
}

/**
 * Trains a network with 128 hidden neurons on few digits, and measures it on them and on 2000 others.
 *
 * @param method - what is done against overfitting
 * @param seed - of weights, samples, their order, and dropout
 * @returns loss and accuracy, measured in evaluation mode after 400 steps of 50 samples
 */
export async function train(method: Method, seed: number): Promise<Result> {
  const { l1 = 0, l2 = 0, dropout = 0, batchNorm = false, perClass = 20 } = method
  const generator = new Generator(seed)
  const { train: few, validation } = digits(perClass, generator.fork())
  const norm = batchNorm ? { norm: (features: number) => new BatchNorm1d(features) } : {}
  const model = new MLP([784, 128, 10], { generator, dropout, ...norm })
  const biases = [...model.parameters()].filter((parameter) => parameter.rank === 1)
  const groups = [{ params: weightsOf(model), weightDecay: l2 }, { params: biases }]
  const optimizer = new SGD(groups, { lr: 0.05, momentum: 0.9 })
  const samples = 10 * perClass
  for (let step = 0; step < STEPS; ) {
    const order = randperm(samples, { generator })
    for (let from = 0; from < samples; from += BATCH, step++) {
      const rows = order.slice(from, from + BATCH)
      optimizer.zeroGrad()
      const cost = crossEntropy(model.forward(indexSelect(few.x, 0, rows)), indexSelect(few.y, 0, rows))
      const objective = l1 > 0 ? cost.add(l1Norm(model).mul(l1)) : cost
      objective.backward()
      optimizer.step()
      await objective.item()
    }
  }
  model.eval()
  const [seen, unseen] = [measure(model, few), measure(model, validation)]
  return { loss: [seen.loss, unseen.loss], accuracy: [seen.accuracy, unseen.accuracy] }
}
