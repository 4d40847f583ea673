import { ONCE } from './shapes.mjs'

/** Steps whose results are compared before anything is measured, and ms after which a slow side is let off. */
const CHECK = { check: 6, limit: 4000 }
/** A side whose steps take longer (ms) is timed in the check only. */
const SLOW = 3000
/** Milliseconds that a round may take a slow side: one step, at the least. */
const LIMIT = 2000
/** Fresh processes a round. */
const STARTS = { start: 2, memory: 1 }

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

const agrees = (a, b) => Math.abs(a - b) <= 2e-3 * Math.abs(b) + 1e-6

/** What is wrong with a side's results, or nothing. The first side's are the measure: PyTorch's, where it is there. */
function difference(results, wanted) {
  const count = Math.min(results.length, wanted.results.length)
  for (let i = 0; i < count; i++)
    if (!agrees(results[i], wanted.results[i]))
      return `WRONG: step ${i} gives ${results[i]}, ${wanted.who} ${wanted.results[i]}`
  return ''
}

const sentence = (...notes) => notes.filter(Boolean).join('; ')

/** A row of the result: the median of the rounds' medians, the best step, and how far the rounds' medians are apart. */
function row({ side, note, rounds, unit }) {
  const medians = rounds.map(median)
  return {
    who: side.who,
    threads: side.threads,
    unit,
    ms: rounds.length ? median(medians) : undefined,
    min: rounds.length ? Math.min(...rounds.flat()) : undefined,
    spread: rounds.length ? Math.max(...medians) / Math.min(...medians) : undefined,
    note: sentence(note, side.about.note),
  }
}

/**
 * One workload on all sides: results are compared first, then the sides are measured in turn, round after round.
 *
 * @returns rows, one for each side that does it, or says why it does not
 */
export async function measure(workload, sides, { rounds, milliseconds }) {
  const chosen = sides.filter((side) => side.runs(workload))
  return workload in ONCE ? fresh(workload, chosen, rounds) : steps(workload, chosen, rounds, milliseconds)
}

async function steps(workload, sides, rounds, milliseconds) {
  const runs = []
  let wanted = null
  for (const side of sides) {
    const { supported, error } = await side.ask({ workload })
    if (supported === false) continue
    const run = { side, note: error ?? '', rounds: [], unit: 'ms', fails: error !== undefined }
    runs.push(run)
    if (run.fails) continue
    const answer = await side.ask(CHECK)
    if (answer.error) {
      Object.assign(run, { note: answer.error, fails: true })
      continue
    }
    wanted ??= { who: side.who, results: answer.results }
    run.note = difference(answer.results, wanted)
    if (median(answer.times) > SLOW) {
      const note = sentence(run.note, 'a step takes seconds: timed while comparing, not in rounds')
      Object.assign(run, { note, fails: true, rounds: [answer.times] })
    }
  }
  for (let round = 0; round < rounds; round++)
    for (const run of runs) {
      if (run.fails) continue
      const { times, results, error } = await run.side.ask({ milliseconds, limit: LIMIT })
      const wrong = results?.find((value) => !Number.isFinite(value))
      if (error) Object.assign(run, { note: error, fails: true, rounds: [] })
      else if (wrong !== undefined) run.note = `WRONG: a step gives ${wrong}`
      if (times) run.rounds.push(times)
    }
  return runs.map(row)
}

/** A fresh process each time: ms until the first loss, or MB at its largest. */
async function fresh(workload, sides, rounds) {
  const runs = sides.map((side) => ({ side, note: '', rounds: [], unit: ONCE[workload], fails: false }))
  let wanted = null
  for (let round = 0; round < rounds; round++)
    for (const run of runs) {
      const values = []
      for (let i = 0; i < STARTS[workload] && !run.fails; i++) {
        const { supported, error, result, ms, megabytes } = await run.side.once(workload)
        if (error || supported === false) {
          Object.assign(run, { note: error ?? '', fails: true, rounds: [], unsupported: !error })
          break
        }
        wanted ??= { who: run.side.who, results: [result] }
        run.note = difference([result], wanted)
        values.push(megabytes ?? ms)
      }
      if (!run.fails) run.rounds.push(values)
    }
  return runs.filter((run) => !run.unsupported).map(row)
}
