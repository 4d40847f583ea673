import { expect, test } from 'vitest'
import { modes } from '../src/cli/modes.js'
import { run } from '../src/cli/run.js'

/** Takes long and needs the processor, so it runs only when asked for: `LONG=1 npx vitest run apps/demo/test/digits.long.test.ts`. */
test.runIf(process.env.LONG)(
  'reads at least 97 % of the held-out digits after less than two minutes',
  { timeout: 600_000 },
  async () => {
    const printed: string[] = []
    const complaints: string[] = []
    const before = process.cpuUsage()
    const code = await run(['digits'], modes, '', {
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
    expect(text).toContain('1 thread\n')
    const [, right, of] = /model, trained +[\d.]+ % +([\d,]+) of ([\d,]+)/
      .exec(text)!
      .map((n) => Number(n.replace(',', '')))
    expect(of).toBe(2000)
    expect(right / of).toBeGreaterThanOrEqual(0.97)
    expect((user + system) / 1e6).toBeLessThan(120)
  },
)
