import type { Evaluation } from './evaluate.js'

/** What tells a training to stop: an `AbortSignal`, named by what is read of it, so that its types need no browser's. */
export interface StopSignal {
  /** Whether it was given. */
  readonly aborted: boolean
}

/** Why a training ended: all done, the time was up, the signal was given, or a callback said so. */
export type Stopped = 'done' | 'time' | 'aborted' | 'callback'

/** What is known before the first step. */
export interface BeginEvent {
  /** Steps done before, in a training that is resumed; else 0. */
  readonly step: number
  /** Epochs done before; else 0. */
  readonly epoch: number
  /** Steps to do in all; undefined where that is not known. */
  readonly steps: number | undefined
  /** Minutes that it may take; undefined where there is no limit. */
  readonly minutes: number | undefined
  /** How many groups of parameters have a learning rate. */
  readonly rates: number
  /** What each validation measures: `loss` and the names of the metrics; empty without validation. */
  readonly measures: readonly string[]
}

/** What is known after a step. */
export interface StepEvent {
  /** Steps done, this one included. */
  readonly step: number
  /** Steps to do in all; undefined where that is not known. */
  readonly steps: number | undefined
  /** The epoch, from 0. */
  readonly epoch: number
  /** The loss of this step's batch; with `accumulate` the mean over its batches. */
  readonly loss: number
  /** The norm of all gradients before clipping; undefined with neither clipping nor the NaN guard. */
  readonly gradNorm: number | undefined
  /** The learning rate of each group of parameters in this step. */
  readonly lr: readonly number[]
  /** Seconds since the training began. */
  readonly seconds: number
}

/** What is known after a pass over the data. */
export interface EpochEvent {
  /** The epoch that ended, from 0. */
  readonly epoch: number
  /** Steps done. */
  readonly step: number
  /** The mean loss of its steps. */
  readonly loss: number
  /** Seconds since the training began. */
  readonly seconds: number
}

/** What a validation found. */
export interface ValidationEvent extends Evaluation {
  /** Steps done. */
  readonly step: number
  /** The epoch, from 0. */
  readonly epoch: number
  /** Seconds since the training began. */
  readonly seconds: number
}

/** What is known at the end. */
export interface EndEvent {
  /** Steps done. */
  readonly steps: number
  /** Why it ended. */
  readonly stopped: Stopped
}

/** What a callback may say: `'stop'` ends the training, anything else lets it go on. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that says nothing returns void
export type Verdict = void | 'stop'

/** Is told of a training's progress; every method may be async and is awaited. */
export interface FitCallback {
  /** Before anything is changed; an error here leaves the model as it was. */
  onBegin?(event: BeginEvent): void | Promise<void>
  /** After every step. */
  onStep?(event: StepEvent): Verdict | Promise<Verdict>
  /** After every validation. */
  onValidation?(event: ValidationEvent): Verdict | Promise<Verdict>
  /** After every pass over the data, and its validation. */
  onEpoch?(event: EpochEvent): Verdict | Promise<Verdict>
  /** Once, however the training ends, unless by an error. */
  onEnd?(event: EndEvent): void | Promise<void>
  /** At the very end, after an error as well: lets go of files and the like. */
  close?(): void | Promise<void>
}

/** Tells all callbacks, one after the other; whether one of them said stop. */
export async function tell<Event>(
  callbacks: readonly FitCallback[],
  call: (callback: FitCallback, event: Event) => unknown,
  event: Event,
): Promise<boolean> {
  let stop = false
  for (const callback of callbacks) if ((await call(callback, event)) === 'stop') stop = true
  return stop
}
