import { breathe } from '@core/tensor/extend'

/** A clock that begins now: seconds since. */
export function stopwatch(): () => number {
  const begin = performance.now()
  return () => (performance.now() - begin) / 1000
}

/** Milliseconds for which a training keeps the thread at most: a picture at 60 a second. */
const SLICE = 16

/** Lets the event loop turn when a slice of time is over, so that clicks, timers and messages (an abort, say) are heard. */
export function pulse(): () => Promise<void> {
  let last = performance.now()
  return async () => {
    const due = performance.now() - last >= SLICE
    await breathe(due)
    if (due) last = performance.now()
  }
}
