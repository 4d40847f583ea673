import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, Program, START } from './program.js'

const program = new Program()
beforeAll(async () => {
  expect(await program.run(['--version'], { script: START })).toMatchObject({ code: 0, stderr: '' })
}, 60_000)
afterAll(() => program.remove())

const digits = (...args: string[]): Promise<Ended> => program.run(['digits', ...args])
/** What was measured: without the lines that tell times. */
const results = ({ stdout }: Ended): string =>
  stdout.slice(stdout.indexOf('Held-out')).replace(/.* of processor time.*\n/, '')
const right = ({ stdout }: Ended, when: string): number =>
  Number(new RegExp(`model, ${when} +([\\d.]+) %`).exec(stdout)?.[1])

test('a run of a few steps trains and reports, the same for the same seed', {
  timeout: 120_000,
}, async () => {
  const first = await digits('--steps', '60', '--seed', '3')
  expect(first).toMatchObject({ code: 0, stderr: '' })
  for (const part of [
    '61,706 parameters',
    'step 60',
    'digits/s',
    'Confusion matrix',
    'most often',
    'surest of',
    '% sure',
  ])
    expect(first.stdout).toContain(part)
  expect(right(first, 'untrained')).toBeLessThan(30)
  expect(right(first, 'trained')).toBeGreaterThan(35)
  expect(results(await digits('--steps', '60', '--seed', '3'))).toBe(results(first))
  expect(results(await digits('--steps', '60', '--seed', '4'))).not.toBe(results(first))
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it cleanly', { timeout: 60_000 }, async (stop) => {
  const ended = await program.run(['digits', '--steps', '1000000'], { when: /step \d/, stop })
  expect(ended).toMatchObject({ code: 130, stderr: '' })
  expect(ended.stdout).toMatch(/Stopped after [\d,]+ of 1,000,000 steps\.\n$/)
})

test('--help, and one sentence for mistakes', { timeout: 60_000 }, async () => {
  const help = await digits('--help')
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const option of ['epochs', 'steps', 'batch', 'seed']) expect(help.stdout).toContain(`--${option}`)
  for (const [args, sentence] of [
    [['--step', '5'], 'Unknown option --step; did you mean --steps?\n'],
    [['--batch', '0'], "--batch needs a whole number from 1 to 8000, not '0'.\n"],
    [['--epochs', '1.5'], "--epochs needs a whole number from 1 to 10000, not '1.5'.\n"],
    [['--epochs', '2', '--steps', '9'], '--epochs and --steps are two limits; give one of them.\n'],
    [['7'], "Unexpected argument '7'.\n"],
  ] as const)
    expect(await digits(...args)).toEqual({ code: 2, stdout: '', stderr: sentence })
})
