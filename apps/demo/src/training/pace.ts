import { setImmediate } from 'node:timers/promises'
import type { StepEvent } from '@nn/train'

/** Lets the event loop turn, so that Ctrl-C is heard. */
export const hear = (): Promise<void> => setImmediate()

/** How far a training is. */
export interface Stage {
  readonly step: number
  /** From 0 to 1: of the steps, or of the time. */
  readonly fraction: number
  /** Smoothed over the last steps, nats. */
  readonly loss: number
  /** Examples (or tokens) a second. */
  readonly perSecond: number
  readonly secondsLeft: number
}

/** Keeps the time of a training: how fast its steps are, without the time spent on validation, and how long it still takes. */
export class Pace {
  private readonly begin = performance.now()
  private paused = 0
  private smooth = 0

  /** @param perStep - examples (or tokens) in a step */
  constructor(private readonly perStep: number) {}

  get seconds(): number {
    return (performance.now() - this.begin) / 1000
  }

  async pause(work: () => Promise<unknown>): Promise<void> {
    const begin = this.seconds
    await work()
    this.paused += this.seconds - begin
  }

  /** After each step. */
  stage({ step, loss }: StepEvent, fraction: number): Stage {
    this.smooth += (loss - this.smooth) * Math.max(1 / step, 0.05)
    return {
      step,
      fraction,
      loss: this.smooth,
      perSecond: (step * this.perStep) / (this.seconds - this.paused),
      secondsLeft: (this.seconds * (1 - fraction)) / fraction,
    }
  }
}
