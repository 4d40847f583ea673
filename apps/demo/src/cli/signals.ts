const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** A terminal, npm and a parent process may each deliver the same Ctrl-C; only a later one means "at once". */
const SAME_PRESS = 2000

/** Turns Ctrl-C and its kin into an `AbortSignal`; pressed again after two seconds, the process ends at once. */
export function stopSignal(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  let first = 0
  const stop = () => {
    if (!first) {
      first = Date.now()
      controller.abort()
    } else if (Date.now() - first > SAME_PRESS) process.exit(130)
  }
  for (const name of SIGNALS) process.on(name, stop)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, stop)
    },
  }
}
