import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { METHODS, train } from '../docs/guides/overfitting.ts'

const SEEDS = [1, 2, 3]

/** The rows of the guide's table: method, seed, and its numbers. */
function rowsOfGuide(): Map<string, number[]> {
  const guide = readFileSync(new URL('../docs/guides/overfitting.md', import.meta.url), 'utf8')
  const cells = guide
    .split('\n')
    .filter((line) => /^\| [^|]+ \| \d \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return new Map(
    cells.map(([, method, seed, ...numbers]) => [`${method} ${seed}`, numbers.slice(0, 6).map(Number)]),
  )
}

// All trainings take about half a minute: `LONG=1 npx vitest run --project node test/overfitting`.
test.runIf(process.env.LONG)(
  'the table of the guide on overfitting is what is measured',
  { timeout: 600_000 },
  async ({ expect }) => {
    const guide = rowsOfGuide()
    const measured: string[] = []
    for (const [name, method] of Object.entries(METHODS))
      for (const seed of SEEDS) {
        const { loss, accuracy } = await train(method, seed)
        const [seen, unseen] = accuracy.map((share) => 100 * share) as [number, number]
        const losses = [loss[0], loss[1], loss[1] - loss[0]]
        const shares = [seen, unseen, seen - unseen]
        const cells = [...losses.map((n) => n.toFixed(3)), ...shares.map((n) => n.toFixed(1))]
        measured.push(`| ${[name, seed, ...cells].join(' | ')} |`)
        const stored = guide.get(`${name} ${seed}`) ?? []
        // Kernels round differently from one processor to another, and training makes that larger.
        const row = measured.at(-1)
        for (const [i, n] of losses.entries()) expect.soft(Math.abs(n - stored[i]!), row).toBeLessThan(0.03)
        for (const [i, n] of shares.entries())
          expect.soft(Math.abs(n - stored[i + 3]!), row).toBeLessThan(1.5)
      }
    console.log(measured.join('\n'))
    expect(guide.size).toBe(measured.length)
  },
)
