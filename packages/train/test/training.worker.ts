// A training that runs in a worker and, for comparison, in the process of the tests.
import { Generator, manualSeed, OptionError, randn, type Tensor, zeros } from '@core/tensor'
import { DataLoader, tensorDataset } from '@nn/data'
import { Dropout, Linear, Tanh } from '@nn/layers'
import { mse } from '@nn/losses'
import { Sequential, type StateDict } from '@nn/module'
import { SGD } from '@nn/optim'
import { exposeTraining, fit, type TrainingContext } from '@nn/train'

export interface Args {
  readonly what:
    | 'train'
    | 'endless'
    | 'shape'
    | 'diverge'
    | 'type'
    | 'own'
    | 'unsendable'
    | 'later'
    | 'busy'
    | 'echo'
  readonly seed?: number
  readonly steps?: number
  /** Weights to begin with. */
  readonly weights?: StateDict
  /** Anything, to be sent back. */
  readonly value?: unknown
}

export interface Told {
  readonly step: number
  readonly loss: number
  readonly bias: Tensor
}

export async function train(args: Args, context: TrainingContext<Told>) {
  const { what, seed = 1, steps = Infinity } = args
  if (what === 'shape') zeros([2]).add(zeros([3]))
  if (what === 'type') throw new TypeError('not like this')
  if (what === 'own') throw Object.assign(new OptionError('mine'), { path: 'a.b', extra: 7 })
  if (what === 'later') setTimeout(() => JSON.parse('{'), 0)
  if (what === 'later') await new Promise(() => {})
  if (what === 'busy') await context.progress({ step: 0, loss: 0, bias: zeros([1]) })
  if (what === 'busy') for (;;);
  manualSeed(seed)
  const model = new Sequential(new Linear(4, 16), new Tanh(), new Dropout(0.2), new Linear(16, 2))
  if (args.weights) model.loadStateDict(args.weights)
  const generator = new Generator(3)
  const data = tensorDataset(randn([50, 4], { generator }), randn([50, 2], { generator }))
  const loader = new DataLoader(data, { batchSize: 8, shuffle: true })
  const result = await fit(model, loader, {
    loss: (net, x, y) => mse(net.forward(x), y).mul(what === 'diverge' ? Number.NaN : 1),
    optimizer: new SGD(model.namedParameters(), { lr: 0.05, momentum: 0.9 }),
    steps: what === 'endless' ? 1e9 : steps,
    callbacks: [
      {
        onStep: ({ step, loss }) =>
          step % 10 === 0
            ? context.progress({ step, loss, bias: (model.at(-1) as Linear).bias! })
            : undefined,
      },
    ],
    signal: context.signal,
  })
  return {
    result,
    weights: model.stateDict(),
    echo: args.value,
    ...(what === 'unsendable' && { model }),
  }
}

export const expose = () => exposeTraining(train)
