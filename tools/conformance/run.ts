import { readOptions, USAGE, UsageError } from './options.ts'
import { type Replayer, startReplayer } from './replayer.ts'
import { countsOf, type Family, json, lines, type Result } from './report.ts'
import { type SelectedFamily, type Selection, select } from './select.ts'

/** How often a long run says where it is, in milliseconds. */
const PROGRESS = 10_000

/**
 * The command: reads the arguments, replays, prints.
 *
 * @param print - prints a line of the report
 * @param tell - prints a line about how far it is
 * @returns the exit code
 */
export async function runConformance(
  argv: readonly string[],
  print: (line: string) => void,
  tell: (line: string) => void = () => {},
): Promise<number> {
  try {
    const options = readOptions(argv)
    if (!options) {
      print(USAGE)
      return 0
    }
    const selection = select(options)
    const replayer = await startReplayer(options)
    let families: Family[]
    try {
      families = await replayAll(selection, replayer, tell)
    } finally {
      await replayer.close()
    }
    if (options.json) print(json(families))
    else for (const line of lines(families)) print(line)
    const { failed, unsupported } = countsOf(families)
    return failed + unsupported > 0 ? 1 : 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`conformance: ${error.message}\n\n${USAGE}`)
    return 2
  }
}

async function replayAll(
  { families, exceptions }: Selection,
  replayer: Replayer,
  tell: (line: string) => void,
): Promise<Family[]> {
  const total = families.reduce((sum, { cases }) => sum + cases.length, 0)
  const begun = performance.now()
  let [done, told] = [0, begun]
  const step = (id: string) => {
    const now = performance.now()
    if (now - told < PROGRESS) return
    told = now
    tell(`${replayer.name}: ${done} of ${total} cases in ${Math.round((now - begun) / 1000)} s, now ${id}`)
  }
  const replayFamily = async ({ name, cases }: SelectedFamily): Promise<Family> => {
    const results: Result[] = []
    const excepted: Family['exceptions'][number][] = []
    for (const { case: c, index } of cases) {
      step(c.id)
      const outcome = await replayer.replay(c, name, index)
      done++
      const reason = exceptions.get(c.id)
      if (reason === undefined) results.push({ id: c.id, outcome })
      else excepted.push({ id: c.id, reason, passes: outcome.status === 'passed' })
    }
    return { name, results, exceptions: excepted }
  }
  const replayed: Family[] = []
  for (const family of families) replayed.push(await replayFamily(family))
  return replayed
}
