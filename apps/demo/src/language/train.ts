import type { Tensor } from '@core/tensor'
import { sequenceLoader } from '@nn/data'
import { crossEntropy } from '@nn/losses'
import { SGD } from '@nn/optim'
import { evaluate, fit, type StepEvent } from '@nn/train'
import { progress } from '../terminal/progress.js'
import { decay } from '../training/decay.js'
import { orFailure } from '../training/diverged.js'
import { hear, Pace } from '../training/pace.js'
import { BATCH, type Corpus, LENGTH } from './corpus.js'
import type { CharModel } from './model.js'
import { describe } from './moment.js'
import { type Limit, RECIPES } from './recipe.js'

export interface TrainOptions {
  readonly limit: Limit
  /** Of the order of the sequences. */
  readonly seed: number
  /** Ends the training after the step at work. */
  readonly signal: AbortSignal
}

export interface Training {
  /** Of every step, nats per character. */
  readonly losses: readonly number[]
  /** On the held-out text: before, in between, after. */
  readonly validations: readonly Validation[]
  readonly seconds: number
  /** Ended early by the signal. */
  readonly stopped: boolean
}

interface Validation {
  readonly step: number
  readonly loss: number
}

/** The held-out text is looked at before, after, and in between after each of these parts of the training. */
const PARTS = 5

/** Mean cross-entropy of the next character, nats. Every sequence begins with an empty state. */
function loss(model: CharModel, x: Tensor, y: Tensor): Tensor {
  return crossEntropy(model.forward(x).logits, y)
}

/** Loss on the whole held-out text. */
async function validate(model: CharModel, { heldOut }: Corpus): Promise<number> {
  const batches = sequenceLoader(heldOut, { length: LENGTH, batch: BATCH, shuffle: false, dropLast: false })
  return (await evaluate(model, batches, { loss })).loss
}

/** Trains until the limit or the signal, and shows how it goes. */
export async function train(model: CharModel, corpus: Corpus, options: TrainOptions): Promise<Training> {
  const { limit, seed, signal } = options
  const { lr, momentum, clipNorm } = RECIPES[model.config.cell]
  const optimizer = new SGD(model.namedParameters(), { lr, momentum })
  const loader = sequenceLoader(corpus.training, { length: LENGTH, batch: BATCH, seed })
  const losses: number[] = []
  const validations: Validation[] = [{ step: 0, loss: await validate(model, corpus) }]
  const pace = new Pace(BATCH * LENGTH)

  const onStep = async (event: StepEvent) => {
    losses.push(event.loss)
    const fraction = Math.min(
      1,
      'steps' in limit ? event.step / limit.steps : event.seconds / (limit.minutes * 60),
    )
    for (const group of optimizer.groups) group.lr = lr * decay(fraction)
    if (fraction < 1 && Math.floor(fraction * PARTS) >= validations.length)
      await pace.pause(async () =>
        validations.push({ step: event.step, loss: await validate(model, corpus) }),
      )
    shown.update({ ...pace.stage(event, fraction), validation: validations[validations.length - 1].loss })
    await hear()
  }

  await hear()
  const shown = progress(describe)
  try {
    const training = fit(model, loader, {
      loss,
      optimizer,
      clipNorm,
      ...limit,
      callbacks: [{ onStep }],
      signal,
    })
    const result = await orFailure(training, 'Nothing was stored.')
    const stopped = result.stopped === 'aborted'
    if (!stopped) validations.push({ step: losses.length, loss: await validate(model, corpus) })
    return { losses, validations, seconds: pace.seconds, stopped }
  } finally {
    shown.stop()
  }
}
