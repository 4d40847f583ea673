import type { Tensor } from '@core/tensor'
import { sequenceLoader } from '@nn/data'
import { crossEntropy } from '@nn/losses'
import { SGD } from '@nn/optim'
import { evaluate, fit } from '@nn/train'
import { Failure } from '../cli/errors.js'
import { progress } from '../terminal/progress.js'
import { BATCH, type Corpus, LENGTH } from './corpus.js'
import type { CharModel } from './model.js'
import { decay, type Limit, RECIPES } from './recipe.js'

export interface Training {
  /** Of every step, nats per character. */
  readonly losses: readonly number[]
  /** On the held-out text: before, in between, after. */
  readonly validations: readonly { readonly step: number; readonly loss: number }[]
  readonly seconds: number
  /** Ended early by the signal. */
  readonly stopped: boolean
}
