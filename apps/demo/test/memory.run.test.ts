import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, Program, START } from './program.js'

const program = new Program()
beforeAll(async () => {
  expect(await program.run(['--version'], { script: START })).toMatchObject({ code: 0, stderr: '' })
}, 60_000)
afterAll(() => program.remove())

const memory = (...args: string[]): Promise<Ended> => program.run(['memory', ...args])
/** What was measured: without the times. */
const results = ({ stdout }: Ended): string => stdout.slice(stdout.indexOf('Recall')).replace(/\d+:\d\d/g, '')

test('a run of a few steps trains, plots and reports', { timeout: 120_000 }, async () => {
  const ended = await memory('--steps', '8')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  for (const part of [
    'recall one symbol of an alphabet of 8 after 100 steps',
    'Adam at 0.003',
    'GRU, chrono · step 8',
    'RNN · step 8',
    'the level line is chance, 12.5 %',
    '99.0 % from step',
  ])
    expect(ended.stdout).toContain(part)
})

test('the same seed gives the same numbers, another one others', { timeout: 120_000 }, async () => {
  const seeded = (seed: string) => memory('--cell', 'rnn', '--steps', '40', '--seed', seed)
  const first = results(await seeded('3'))
  expect(first).toMatch(/RNN +\d+\.\d %/)
  expect(results(await seeded('3'))).toBe(first)
  expect(results(await seeded('4'))).not.toBe(first)
})

test('the adding problem prints both curves', { timeout: 120_000 }, async () => {
  const { code, stdout } = await memory(
    '--task',
    'adding',
    '--cell',
    'lstm',
    '--init',
    'chrono',
    '--steps',
    '2',
  )
  expect(code).toBe(0)
  expect(stdout).toContain('mean squared error (logarithmic)')
  expect(stdout).toContain('always answering 1, 0.167')
})

test('Ctrl-C ends it cleanly', { timeout: 60_000 }, async () => {
  const ended = await program.run(['memory', '--steps', '1000000'], { when: /step \d/, stop: 'SIGINT' })
  expect(ended).toMatchObject({ code: 130, stderr: '' })
  expect(ended.stdout).toMatch(/Stopped after 0 of 3 trainings\.\n$/)
})

test('--help, and one sentence for mistakes', { timeout: 60_000 }, async () => {
  const help = await memory('--help')
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const option of ['task', 'cell', 'init', 'seeds', 'seed', 'steps'])
    expect(help.stdout).toContain(`--${option}`)
  for (const [args, sentence] of [
    [['--task', 'copy'], "--task needs one of copy1, copy10, adding, all, not 'copy'.\n"],
    [['--cell', 'mlp'], "--cell needs one of gru, lstm, rnn, not 'mlp'.\n"],
    [['--seeds', '0'], "--seeds needs a whole number from 1 to 100, not '0'.\n"],
  ] as const)
    expect(await memory(...args)).toEqual({ code: 2, stdout: '', stderr: sentence })
})
