import { SingleBar } from 'cli-progress'

export interface Progress<M> {
  update(moment: M): void
  stop(): void
}

/** A moment in one line; the narrow form fits into 80 columns beside its bar. */
export type Describe<M> = (moment: M, narrow: boolean) => string

/** What is shown tells how far it is, from 0 to 1. */
interface Far {
  readonly fraction: number
}

/** A bar where there is a terminal, else a line every few seconds. */
export function progress<M extends Far>(
  describe: Describe<M>,
  stream: NodeJS.WriteStream = process.stdout,
  everySeconds = 5,
): Progress<M> {
  return stream.isTTY ? bar(describe, stream) : lines(describe, stream, everySeconds)
}

function bar<M extends Far>(describe: Describe<M>, stream: NodeJS.WriteStream): Progress<M> {
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

function lines<M extends Far>(
  describe: Describe<M>,
  stream: NodeJS.WriteStream,
  everySeconds: number,
): Progress<M> {
  let printed = Number.NEGATIVE_INFINITY
  let pending: M | undefined
  const print = (moment: M) => {
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
