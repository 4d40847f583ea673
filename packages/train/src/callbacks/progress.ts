import { checkFunction, checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import type { BeginEvent, FitCallback, StepEvent } from '../events.js'
import { progressLine, type TrainingProgress } from './progressLine.js'

/** Options of {@link progress}. */
export interface ProgressOptions {
  /**
   * Is given each line, without a line break, and how far the training is. Default: Node's standard error, where a
   * terminal shows one line that changes and a file gets a line now and then; else the console.
   */
  write?: (line: string, progress: TrainingProgress) => void
  /** Seconds from one line to the next. Default 0.1 on a terminal, else 5; with `write` 0.1. */
  interval?: number
  /** Characters of the bar. Default 20. */
  barWidth?: number
}

/** Where lines go, and how often. */
interface Screen {
  readonly interval: number
  write(line: string, progress: TrainingProgress): void
  close?(): void
}

/** Over how many steps the loss is averaged, about. */
const SMOOTHING = 20

/**
 * Shows how a training goes: a bar, steps, loss, steps a second, time left. A callback for `fit`.
 *
 * @param options - `write`, `interval` (seconds), `barWidth` (20)
 * @returns the callback
 * @throws OptionError where an option is not allowed
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit, progress } from '@nn/train'
 * const model = new Linear(1, 1)
 * const lines: string[] = []
 * await fit(model, [[tensor([[1]]), tensor([[2]])] as const], {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 3,
 *   callbacks: [progress({ write: (line) => lines.push(line), interval: 0 })],
 * })
 * lines.length // => 3
 * const last = lines[2]!.slice(0, 37) // => '████████████████████ 100 % · step 3/3'
 * ```
 */
export function progress(options: ProgressOptions = {}): FitCallback {
  const { write, barWidth = 20 } = checkOptions('progress', options, ['write', 'interval', 'barWidth'])
  if (write !== undefined) checkFunction('progress', 'write', write)
  checkInteger('progress', 'barWidth', barWidth, 0)
  const screen: Screen = write ? { write, interval: 0.1 } : standardScreen()
  const interval = checkNumber('progress', 'interval', options.interval ?? screen.interval, 0)
  let begin: BeginEvent | undefined
  let shown = -Infinity
  let smooth = 0
  let validation: number | undefined
  let pending: TrainingProgress | undefined
  const show = (now: TrainingProgress, seconds: number) => {
    pending = undefined
    shown = seconds
    screen.write(progressLine(now, barWidth), now)
  }
  return {
    onBegin: (event) => {
      begin = event
      shown = -Infinity
      validation = undefined
    },
    onStep: (event) => {
      const done = event.step - (begin?.step ?? 0)
      smooth += (event.loss - smooth) * Math.max(1 / done, 1 / SMOOTHING)
      pending = { ...event, loss: smooth, validation, ...pace(event, done, begin) }
      if (event.seconds - shown >= interval) show(pending, event.seconds)
    },
    onValidation: ({ loss, seconds }) => {
      validation = loss
      if (pending) pending = { ...pending, validation }
      else shown = Math.min(shown, seconds - interval) // with the next step
    },
    onEnd: () => {
      if (pending) show(pending, Infinity)
    },
    close: () => screen.close?.(),
  }
}

function pace({ step, steps, seconds }: StepEvent, done: number, begin: BeginEvent | undefined) {
  const ofSteps = steps === undefined ? undefined : step / steps
  const ofTime = begin?.minutes === undefined ? undefined : Math.min(1, seconds / (60 * begin.minutes))
  const stepsPerSecond = done / Math.max(seconds, 1e-3)
  const bySteps = steps === undefined ? Infinity : (steps - step) / stepsPerSecond
  const byTime = begin?.minutes === undefined ? Infinity : Math.max(0, 60 * begin.minutes - seconds)
  const left = Math.min(bySteps, byTime)
  return {
    fraction: ofSteps === undefined && ofTime === undefined ? undefined : Math.max(ofSteps ?? 0, ofTime ?? 0),
    stepsPerSecond,
    secondsLeft: left === Infinity ? undefined : left,
  }
}

/** What is needed of Node's `process`. */
interface NodeProcess {
  readonly stderr?: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }
}

/** Standard error in Node, else the console. */
function standardScreen(): Screen {
  const { stderr } = (globalThis as { process?: NodeProcess }).process ?? {}
  if (!stderr) return { interval: 5, write: (line) => console.info(line) }
  if (!stderr.isTTY) return { interval: 5, write: (line) => stderr.write(`${line}\n`) }
  let drawn = false
  return {
    interval: 0.1,
    write: (line) => {
      drawn = true
      stderr.write(`\r${line.slice(0, (stderr.columns ?? 80) - 1)}\x1b[K`)
    },
    close: () => {
      if (drawn) stderr.write('\n')
      drawn = false
    },
  }
}
