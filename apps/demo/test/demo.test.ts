import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { deserialize, readHeader } from '@core/safetensors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, Program, START } from './program.js'

const program = new Program()
beforeAll(async () => {
  expect(await program.run(['--version'], { script: START })).toMatchObject({ code: 0, stderr: '' })
}, 30_000)
afterAll(() => program.remove())

const SMALL = ['--text', 'small.txt', '--hidden', '8']
const out = (name: string) => ['--out', name]
const read = (name: string) => readFileSync(program.path(name))

describe('a run', { timeout: 60_000 }, () => {
  test.each(['rnn', 'gru', 'lstm'])('with %s trains, reports and stores', async (cell) => {
    const file = `${cell}.safetensors`
    const ended = await program.run([...SMALL, '--cell', cell, '--steps', '5', ...out(file)])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    for (const part of [
      'build',
      'step 5',
      'perplexity',
      'tokens/s',
      'bigram',
      'trigram',
      'Sample after training',
      file,
    ])
      expect(ended.stdout).toContain(part)
    const { metadata } = readHeader(read(file))
    expect(JSON.parse(metadata?.config ?? '')).toMatchObject({ cell, hidden: 8, embedding: 64 })
    expect(metadata?.steps).toBe('5')
    expect(Object.keys(deserialize(read(file)))).toContain('rnn.weight_hh_l0')
  })

  test('learns Moby Dick: sixty steps suffice against bigram counts', async () => {
    const args = ['--cell', 'rnn', '--steps', '60', ...out('moby.safetensors')]
    const { code, stdout } = await program.run(args)
    expect(code).toBe(0)
    const loss = (name: string) => Number(new RegExp(`${name} +([\\d.]+) nats`).exec(stdout)?.[1])
    expect(loss('bigram counts')).toBeCloseTo(2.462, 3)
    expect(loss('trigram counts')).toBeCloseTo(2.009, 3)
    expect(loss('model, untrained')).toBeGreaterThan(4)
    expect(loss('model, trained')).toBeLessThan(2.35)
  })

  test('repeats for the same seed, to the byte, and differs for another', async () => {
    const run = async (seed: string, file: string) => {
      expect((await program.run([...SMALL, '--steps', '4', '--seed', seed, ...out(file)])).code).toBe(0)
      return read(file)
    }
    const first = await run('3', 'a.safetensors')
    expect((await run('3', 'b.safetensors')).equals(first)).toBe(true)
    expect((await run('4', 'c.safetensors')).equals(first)).toBe(false)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('stopped by %s stores what it learned', async (stop) => {
    const file = `${stop}.safetensors`
    const ended = await program.run([...SMALL, '--minutes', '5', ...out(file)], { when: /step \d/, stop })
    expect(ended).toMatchObject({ code: 130, stderr: '' })
    expect(ended.stdout).toMatch(/Stopped\. Weights after [\d,]+ steps? stored in /)
    expect(Number(readHeader(read(file)).metadata?.steps)).toBeGreaterThan(0)
  })

  test('stopped before its first step stores nothing', async () => {
    const when = /Character language model/
    const ended = await program.run([...SMALL, '--minutes', '5', ...out('none.safetensors')], {
      when,
      stop: 'SIGINT',
    })
    expect(ended.code).toBe(130)
    const stored = existsSync(program.path('none.safetensors'))
    expect(ended.stdout).toContain(stored ? 'stored in' : 'nothing was stored')
  })

  test('resumes', async () => {
    expect(
      (await program.run([...SMALL, '--cell', 'lstm', '--steps', '5', ...out('r.safetensors')])).code,
    ).toBe(0)
    const before = read('r.safetensors')
    const ended = await program.run([
      '--text',
      'small.txt',
      '--resume',
      '--steps',
      '3',
      ...out('r.safetensors'),
    ])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain('LSTM 8')
    expect(readHeader(read('r.safetensors')).metadata?.steps).toBe('8')
    expect(read('r.safetensors').equals(before)).toBe(false)
  })

  test('--help and --version', async () => {
    const help = await program.run(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const option of [
      'cell',
      'hidden',
      'steps',
      'minutes',
      'seed',
      'temperature',
      'text',
      'out',
      'resume',
    ])
      expect(help.stdout).toContain(`--${option}`)
    expect(await program.run(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })
})

describe('one sentence, exit code 2, nothing written:', { timeout: 60_000 }, () => {
  const wrong: [string, string[], RegExp][] = [
    ['unknown option', ['--colour', 'red'], /Unknown option --colour/],
    ['unknown mode', ['texts'], /did you mean text\?/],
    ['wrong number', ['--steps', '-1'], /--steps needs a whole number/],
    ['two limits', ['--steps', '5', '--minutes', '1'], /give one of them/],
    ['missing text', ['--text', 'missing.txt'], /There is no text file/],
    ['short text', ['--text', 'short.txt'], /is too short: 11 characters, at least 2,277 are needed/],
    ['text of one character', ['--text', 'same.txt'], /consists of one character only/],
    ['output named as a folder', [...SMALL, '--out', 'models/'], /that names a folder/],
    ['output with an endless name', [...SMALL, '--out', 'x'.repeat(300)], /ENAMETOOLONG/],
    ['output that is a device', [...SMALL, '--out', '/dev/null'], /it is not an ordinary file/],
    ['output that is a folder', [...SMALL, '--out', '.'], /it is a folder/],
    ['output below a file', [...SMALL, '--out', 'short.txt/x'], /the system does not allow it/],
    ['output over the text', [...SMALL, '--out', './small.txt'], /would overwrite the text file/],
    ['output over another file', [...SMALL, '--out', 'short.txt'], /a file of another kind is there/],
    ['nothing to resume', [...SMALL, '--resume', '--out', 'no.safetensors'], /There is nothing to resume/],
    ['resuming another kind of file', [...SMALL, '--resume', '--out', 'short.txt'], /cannot be resumed/],
    [
      'resuming with another cell',
      [...SMALL, '--resume', '--cell', 'rnn', '--out', 'kept.safetensors'],
      /it holds gru/,
    ],
    ['resuming a cut file', [...SMALL, '--resume', '--out', 'cut.safetensors'], /cannot be resumed/],
    [
      'resuming with another text',
      ['--text', 'other.txt', '--resume', '--out', 'kept.safetensors'],
      /other\.txt/,
    ],
  ]

  test('everything above', async () => {
    writeFileSync(program.path('short.txt'), 'Hello there')
    writeFileSync(program.path('same.txt'), 'a'.repeat(5000))
    writeFileSync(program.path('other.txt'), 'Ünseen çharacters\n'.repeat(300))
    expect((await program.run([...SMALL, '--steps', '1', ...out('kept.safetensors')])).code).toBe(0)
    writeFileSync(program.path('cut.safetensors'), read('kept.safetensors').subarray(0, -10))
    const files = () =>
      readdirSync(program.folder).map((name) => [name, statSync(program.path(name)).mtimeMs])
    const before = files()
    // Two at a time: most of the time each starts up.
    const endings: Promise<Ended>[] = []
    for (const [i, [, args]] of wrong.entries()) {
      await endings[i - 2]
      endings.push(program.run(args))
    }
    for (const [i, [title, , sentence]] of wrong.entries()) {
      const ended = await endings[i]
      expect(ended, title).toMatchObject({ code: 2, stdout: '' })
      expect(ended.stderr, title).toMatch(sentence)
      expect(ended.stderr.trimEnd().split('\n').length, title).toBe(1)
    }
    expect(files()).toEqual(before)
  })
})
