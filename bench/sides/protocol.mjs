// How a side talks to the runner: a line of JSON in, a line of JSON out, over standard input and output; or, with
// `--once start|memory` behind its arguments, one answer from a fresh process that then ends.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { STEPS_OF_MEMORY } from '../shapes.mjs'

/**
 * Serves `{ workload }` (prepare), `{ check, limit }` (as many steps, their results) and `{ milliseconds, limit }`
 * (measure). Milliseconds `limit` end a slow one early, after one step at the least.
 *
 * @param side - `make(name, count)` (with so many batches) gives a function of the step's number that gives a number, or null where the side
 *   cannot do it; `about()` says `{ threads, note }`
 */
export async function serve(side) {
  const at = process.argv.indexOf('--once')
  if (at < 0) await answer(side)
  else say(await once(side, process.argv[at + 1]).catch((error) => ({ error: reason(error) })))
}

const reason = (error) => String(error?.message ?? error).split('\n')[0]

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

async function answer({ make, about }) {
  say({ ready: about() })
  let step = null
  let i = 0
  for await (const line of createInterface({ input: process.stdin })) {
    const { workload, check, milliseconds, limit } = JSON.parse(line)
    try {
      if (workload !== undefined) {
        i = 0
        step = await make(workload)
        say({ supported: step !== null })
        continue
      }
      const results = []
      const times = []
      const begin = performance.now()
      let now = begin
      do {
        results.push(await step(i++))
        const last = now
        now = performance.now()
        times.push(now - last)
      } while (
        now - begin < limit &&
        (check ? times.length < check : wanting(times, now - begin, milliseconds))
      )
      say({ results, times })
    } catch (error) {
      step = null
      say({ error: reason(error) })
    }
  }
}

/** At least three steps, and as many as the time holds. */
const wanting = (times, spent, milliseconds) => times.length < 3 || spent < milliseconds

async function once({ make, about }, workload) {
  if (workload === 'start') {
    const step = await make('mlp', 1)
    return { result: await step(0), about: about() }
  }
  const step = await make('lstm-128')
  if (step === null) return { supported: false }
  let result
  for (let i = 0; i < STEPS_OF_MEMORY; i++) result = await step(i)
  return { result, megabytes: peak() / 1024, about: about() }
}

/** Kilobytes. What getrusage says includes the parent's size at the time of the fork; Linux knows better. */
function peak() {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  } catch {
    return process.resourceUsage().maxRSS
  }
}
