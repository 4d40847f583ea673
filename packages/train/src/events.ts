/** What tells a training to stop: an `AbortSignal`, named by what is read of it, so that its types need no browser's. */
export interface StopSignal {
  /** Whether it was given. */
  readonly aborted: boolean
}

/** What is known after a step. */
export interface StepEvent {
  /** Steps done, this one included. */
  readonly step: number
  /** Steps to do in all; undefined where that is not known. */
  readonly steps: number | undefined
  /** The epoch, from 0. */
  readonly epoch: number
  /** The loss of this step's batch. */
  readonly loss: number
  /** The norm of all gradients before clipping; undefined without clipping. */
  readonly gradNorm: number | undefined
  /** Seconds since the training began. */
  readonly seconds: number
}

/** What is known after a pass over the data. */
export interface EpochEvent {
  /** The epoch that ended, from 0. */
  readonly epoch: number
  /** Steps done. */
  readonly step: number
  /** The mean loss of its batches. */
  readonly loss: number
}

/** What is known at the end. */
export interface EndEvent {
  /** Steps done. */
  readonly steps: number
  /** Why it ended: all done, the time was up, or the signal was given. */
  readonly stopped: 'done' | 'time' | 'aborted'
}

/** Is told of a training's progress; every method may be async and is awaited. */
export interface FitCallback {
  /** After every step. */
  onStep?(event: StepEvent): void | Promise<void>
  /** After every pass over the data. */
  onEpoch?(event: EpochEvent): void | Promise<void>
  /** Once, however the training ends, unless by an error. */
  onEnd?(event: EndEvent): void | Promise<void>
}
