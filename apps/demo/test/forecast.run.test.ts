import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, Program, START } from './program.js'

const program = new Program()
beforeAll(async () => {
  expect(await program.run(['--version'], { script: START })).toMatchObject({ code: 0, stderr: '' })
}, 60_000)
afterAll(() => program.remove())

const forecast = (...args: string[]): Promise<Ended> => program.run(['forecast', ...args])
/** What was measured: without the lines that tell times. */
const results = ({ stdout }: Ended): string =>
  stdout.slice(stdout.indexOf('Errors in')).replace(/.* of processor time.*\n/, '')
const rmse = ({ stdout }: Ended, name: string): number =>
  Number(new RegExp(`${name}.*? +(\\d+\\.\\d\\d) `).exec(stdout)?.[1])

test('a short run beats every forecast without a network, the same for the same seed', {
  timeout: 120_000,
}, async () => {
  const first = await forecast('--steps', '150', '--seed', '3')
  expect(first).toMatchObject({ code: 0, stderr: '' })
  for (const part of [
    'CC BY 4.0',
    '1959-01 to 2012-04 to train on, 2012-05 to 2020-04 held out',
    '1,116 parameters',
    'step 150',
    'windows/s',
    '85 forecasts of 12 months',
    'times smaller than that of the seasonal-naive forecast',
    'smaller than that of the best forecast without a network',
    '╵2013',
  ])
    expect(first.stdout).toContain(part)
  expect(rmse(first, 'seasonal naive: the same month of last year')).toBeCloseTo(2.59, 2)
  expect(rmse(first, 'mean rise of the training years')).toBeCloseTo(1.23, 2)
  expect(rmse(first, 'mean rise of the last 48 months')).toBeCloseTo(0.69, 2)
  expect(rmse(first, 'GRU, trained')).toBeLessThan(0.65)
  expect(results(await forecast('--steps', '150', '--seed', '3'))).toBe(results(first))
  expect(results(await forecast('--steps', '150', '--seed', '4'))).not.toBe(results(first))
})

test('other cells and horizons run as well', { timeout: 60_000 }, async () => {
  for (const [cell, horizon] of [
    ['lstm', '1'],
    ['rnn', '7'],
  ]) {
    const ended = await forecast('--steps', '5', '--cell', cell, '--horizon', horizon, '--hidden', '4')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain(`${cell.toUpperCase()}, trained`)
    expect(ended.stdout).toContain(horizon === '1' ? '96 forecasts of 1 month,' : '90 forecasts of 7 months,')
  }
})

test('SIGINT ends it cleanly', { timeout: 60_000 }, async () => {
  const ended = await program.run(['forecast', '--steps', '1000000'], { when: /step \d/, stop: 'SIGINT' })
  expect(ended).toMatchObject({ code: 130, stderr: '' })
  expect(ended.stdout).toMatch(/Stopped after [\d,]+ of 1,000,000 steps\.\n$/)
})

test('--help, and one sentence for mistakes', { timeout: 60_000 }, async () => {
  const help = await forecast('--help')
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const option of ['cell', 'hidden', 'horizon', 'steps', 'seed'])
    expect(help.stdout).toContain(`--${option}`)
  for (const [args, sentence] of [
    [['--step', '5'], 'Unknown option --step; did you mean --steps?\n'],
    [['--horizon', '13'], "--horizon needs a whole number from 1 to 12, not '13'.\n"],
    [['--cell', 'tcn'], "--cell needs one of rnn, gru, lstm, not 'tcn'.\n"],
  ] as const)
    expect(await forecast(...args)).toEqual({ code: 2, stdout: '', stderr: sentence })
})
