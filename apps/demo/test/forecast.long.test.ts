import { expect, test } from 'vitest'
import { modes } from '../src/cli/modes.js'
import { run } from '../src/cli/run.js'

/** Takes long and needs the processor, so it runs only when asked for: `LONG=1 npx vitest run apps/demo/test/forecast.long.test.ts`. */
test.runIf(process.env.LONG).each(['1', '2', '3'])(
  'with seed %s the GRU beats the seasonal-naive forecast threefold, and those with drift, in well under 40 seconds',
  { timeout: 300_000 },
  async (seed) => {
    const printed: string[] = []
    const complaints: string[] = []
    const before = process.cpuUsage()
    const code = await run(['forecast', '--seed', seed], modes, '', {
      print: (text) => printed.push(text),
      complain: (text) => complaints.push(text),
      signal: new AbortController().signal,
      cwd: process.cwd(),
    })
    // Of the processor, by all threads: on a machine with other work to do, the clock would measure that, too.
    const { user, system } = process.cpuUsage(before)
    const text = printed.join('\n')
    console.log(text)
    expect({ code, complaints }).toEqual({ code: 0, complaints: [] })
    const [seasonal, drift, recentDrift, trained] = [
      'seasonal naive: the same month of last year',
      'mean rise of the training years',
      'mean rise of the last 48 months',
      'GRU, trained',
    ].map((name) => {
      const [, rmse, mae] = new RegExp(`${name} +(\\d+\\.\\d\\d) +(\\d+\\.\\d\\d) `).exec(text)!
      return { rmse: Number(rmse), mae: Number(mae) }
    })
    for (const measure of ['rmse', 'mae'] as const) {
      expect(trained[measure]).toBeLessThan(seasonal[measure] / 3)
      expect(trained[measure]).toBeLessThan(drift[measure])
      expect(trained[measure]).toBeLessThan(recentDrift[measure])
    }
    expect((user + system) / 1e6).toBeLessThan(40)
  },
)
