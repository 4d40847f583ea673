import { type Generator, OptionError } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { Sequential, type TensorModule } from '@nn/module'
import { ReLU } from './activations/classic.js'
import { Dropout } from './dropout.js'
import type { Init } from './initialise.js'
import { Linear } from './linear.js'

/** Options of {@link MLP}. */
export interface MLPOptions {
  /** Makes the activation between layers. Default `() => new ReLU()`. */
  activation?: () => TensorModule
  /** Makes a norm before each activation, given the number of features: `(n) => new BatchNorm1d(n)`. Default: none. */
  norm?: (features: number) => TensorModule
  /** Probability with which values are dropped after each activation while training. Default 0. */
  dropout?: number
  /** Whether the linear layers have biases. Default true. */
  bias?: boolean
  /** How the linear layers begin: see `Linear`. */
  init?: Init | undefined
  /** Where the first weights, and dropout, come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/**
 * Multi-layer perceptron: linear layers with an activation between each two; after the last one there is none, so that it
 * gives logits or numbers of any size. A ready-made `Sequential`.
 *
 * Input [..., first size], output [..., last size].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { BatchNorm1d, MLP, Tanh } from '@nn/layers'
 * new MLP([784, 128, 10]).forward(randn([32, 784])).shape // => [32, 10]
 * const deep = new MLP([8, 16, 16, 2], { activation: () => new Tanh(), norm: (n) => new BatchNorm1d(n), dropout: 0.1 })
 * deep.forward(randn([4, 8])).shape // => [4, 2]
 * ```
 */
export class MLP extends Sequential {
  /**
   * @param sizes - features of the input, of each hidden layer, and of the output: two numbers or more
   * @param options - `activation` (ReLU), `norm`, `dropout` (0), `bias` (true), `init`, `generator`
   * @throws OptionError where there are fewer than two sizes
   */
  constructor(sizes: readonly number[], options: MLPOptions = {}) {
    super(...stack(sizes, options))
  }
}

function stack(sizes: readonly number[], options: MLPOptions): TensorModule[] {
  const names = ['activation', 'norm', 'dropout', 'init', 'generator'] as const
  const {
    activation = () => new ReLU(),
    norm,
    dropout = 0,
    ...rest
  } = checkOptions('MLP', options, names, ['bias'])
  checkNumber('MLP', 'dropout', dropout, 0, 1)
  if (!Array.isArray(sizes) || sizes.length < 2)
    throw new OptionError(
      'MLP: sizes must list the features of the input, hidden layers and output, like [784, 128, 10]',
    )
  for (const size of sizes) checkInteger('MLP', 'sizes', size, 1)
  const { generator } = rest
  return sizes.slice(1).flatMap((out, i) => {
    const linear = new Linear(sizes[i]!, out, rest)
    if (i === sizes.length - 2) return [linear]
    return [
      linear,
      ...(norm ? [norm(out)] : []),
      activation(),
      ...(dropout > 0 ? [new Dropout(dropout, generator ? { generator } : {})] : []),
    ]
  })
}
