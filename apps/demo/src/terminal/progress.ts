import { SingleBar } from 'cli-progress'
import { count, duration, nats, perplexity } from './format.js'

/** How far a training is. */
export interface Moment {
  readonly step: number
  /** From 0 to 1: of the steps, or of the time. */
  readonly fraction: number
  /** Smoothed over the last steps, nats per token. */
  readonly loss: number
  /** The last loss on held-out data. */
  readonly validation: number
  readonly tokensPerSecond: number
  readonly secondsLeft: number
}

export interface Progress {
  update(moment: Moment): void
  stop(): void
}

/** A bar where there is a terminal, else a line every few seconds. */
export function progress(stream: NodeJS.WriteStream = process.stdout, everySeconds = 5): Progress {
  return stream.isTTY ? bar(stream) : lines(stream, everySeconds)
}

function bar(stream: NodeJS.WriteStream): Progress {
  const narrow = (stream.columns ?? 80) < 100
  const shown = new SingleBar({
    stream,
    format: '  {bar} {text}',
    barsize: narrow ? 10 : 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    etaBuffer: 1,
  })
  shown.start(1, 0, { text: '' })
  return {
    update: (moment) => shown.update(moment.fraction, { text: describe(moment, narrow) }),
    stop: () => shown.stop(),
  }
}

function lines(stream: NodeJS.WriteStream, everySeconds: number): Progress {
  let printed = Number.NEGATIVE_INFINITY
  let pending: Moment | undefined
  const print = (moment: Moment) => {
    stream.write(`  ${String(Math.floor(moment.fraction * 100)).padStart(3)} %  ${describe(moment, false)}\n`)
    printed = performance.now()
    pending = undefined
  }
  return {
    update: (moment) => {
      pending = moment
      if (performance.now() - printed >= everySeconds * 1000) print(moment)
    },
    stop: () => pending && print(pending),
  }
}

/** One line; the narrow form fits into 80 columns beside its bar. */
export function describe(moment: Moment, narrow: boolean): string {
  const { step, loss, validation, tokensPerSecond, secondsLeft } = moment
  const left = `${duration(secondsLeft)} left`
  const speed = `${count(tokensPerSecond)} tokens/s`
  if (narrow) return [`${step}`, `loss ${nats(loss)}`, `ppl ${perplexity(loss)}`, speed, left].join(' · ')
  return [
    `step ${step}`,
    `loss ${nats(loss)}`,
    `perplexity ${perplexity(loss)}`,
    `validation ${nats(validation)}`,
    speed,
    left,
  ].join(' · ')
}
