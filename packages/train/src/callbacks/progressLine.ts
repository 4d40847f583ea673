/** How far a training is. */
export interface TrainingProgress {
  /** Steps done. */
  readonly step: number
  /** Steps to do in all; undefined where that is not known. */
  readonly steps: number | undefined
  /** The epoch, from 0. */
  readonly epoch: number
  /** The loss, averaged over the last steps. */
  readonly loss: number
  /** The loss of the last validation; undefined where there was none. */
  readonly validation: number | undefined
  /** How much is done, of the steps or of the time, from 0 to 1; undefined where that is not known. */
  readonly fraction: number | undefined
  /** Steps a second. */
  readonly stepsPerSecond: number
  /** Seconds until the end, if it goes on like this; undefined where that is not known. */
  readonly secondsLeft: number | undefined
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * A moment of a training in one line.
 *
 * @param progress - how far it is
 * @param barWidth - characters of the bar; 0 for none. Default 20
 * @returns text without a line break
 * @example
 * ```ts
 * import { progressLine } from '@nn/train'
 * const moment = { step: 30, steps: 120, epoch: 0, loss: 0.25, validation: undefined, fraction: 0.25, stepsPerSecond: 12.5, secondsLeft: 75 }
 * progressLine(moment, 8) // => '██░░░░░░  25 % · step 30/120 · epoch 1 · loss 0.2500 · 12.5 steps/s · 1:15 left'
 * ```
 */
export function progressLine(progress: TrainingProgress, barWidth = 20): string {
  const { step, steps, epoch, loss, validation, fraction, stepsPerSecond, secondsLeft } = progress
  const parts = [
    `step ${step}${steps === undefined ? '' : `/${steps}`}`,
    `epoch ${epoch + 1}`,
    `loss ${loss.toPrecision(4)}`,
    ...(validation === undefined ? [] : [`validation ${validation.toPrecision(4)}`]),
    `${stepsPerSecond.toPrecision(3)} steps/s`,
    ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
  ]
  if (fraction !== undefined) parts.unshift(`${bar(fraction, barWidth)}${percent(fraction)}`)
  return parts.join(' · ')
}

function percent(fraction: number): string {
  return `${Math.floor(100 * fraction)} %`.padStart(5)
}

function bar(fraction: number, width: number): string {
  if (width === 0) return ''
  const eighths = Math.floor(8 * width * fraction)
  const full = '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]
  return `${full.padEnd(width, '░')} `
}

/** 75 seconds as 1:15, and hours before that. */
function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
