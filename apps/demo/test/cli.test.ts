import { describe, expect, test } from 'vitest'
import { closest } from '../src/cli/closest.js'
import { Failure, UsageError } from '../src/cli/errors.js'
import type { Mode } from '../src/cli/mode.js'
import { modes as realModes } from '../src/cli/modes.js'
import { run } from '../src/cli/run.js'
import { readable, userFolder } from '../src/paths.js'
import { decay } from '../src/training/decay.js'

const calls: string[][] = []
const mode = (name: string, work: () => void = () => {}): Mode => ({
  name,
  summary: `Does ${name}.`,
  options: { steps: { kind: 'whole', min: 1, max: 9, help: 'how many' } },
  examples: ['--steps 3'],
  run: async (args) => {
    calls.push([name, ...args])
    work()
  },
})
const modes: [Mode, ...Mode[]] = [
  mode('text'),
  mode('digits'),
  mode('wrong', () => {
    throw new UsageError('That cannot be.')
  }),
  mode('full', () => {
    throw new Failure('The disk is full.')
  }),
  mode('broken', () => {
    throw new TypeError('a bug')
  }),
]

async function start(args: string[], signal = new AbortController().signal) {
  const printed: string[] = []
  const complaints: string[] = []
  calls.length = 0
  const code = await run(args, modes, '1.2.3', {
    print: (text) => printed.push(text),
    complain: (text) => complaints.push(text),
    signal,
    cwd: '/',
  })
  return { code, printed: printed.join('\n'), complaints, calls: [...calls] }
}

describe('modes', () => {
  test('the first one runs when none is named', async () => {
    expect(await start(['--steps', '3'])).toMatchObject({ code: 0, calls: [['text', '--steps', '3']] })
    expect(await start([])).toMatchObject({ code: 0, calls: [['text']] })
    expect(await start(['digits', '--steps', '3'])).toMatchObject({ calls: [['digits', '--steps', '3']] })
  })

  test('each has its help, which lists the others', async () => {
    const first = await start(['--help'])
    expect(first).toMatchObject({ code: 0, calls: [] })
    expect(first.printed).toContain('npm run demo -- [options]')
    expect(first.printed).toMatch(/Other modes.*\n {2}digits +Does digits\./)
    const second = await start(['digits', '-h'])
    expect(second.printed).toContain('npm run demo -- digits [options]')
    expect(second.printed).toMatch(/--steps N +how many/)
    expect(await start(['--version'])).toMatchObject({ code: 0, printed: '1.2.3', calls: [] })
  })

  test('the program has the language model first', () => {
    expect(realModes[0].name).toBe('text')
    expect(new Set(realModes.map(({ name }) => name)).size).toBe(realModes.length)
  })
})

describe('exit codes', () => {
  test('2 for mistakes, 1 for what fails, 130 when stopped; a bug is thrown on', async () => {
    expect(await start(['wrong'])).toMatchObject({ code: 2, complaints: ['That cannot be.'] })
    expect(await start(['full'])).toMatchObject({ code: 1, complaints: ['The disk is full.'] })
    expect(await start(['text'], AbortSignal.abort())).toMatchObject({ code: 130 })
    await expect(start(['broken'])).rejects.toThrow('a bug')
  })

  test('unknown modes', async () => {
    expect((await start(['digit'])).complaints).toEqual(["Unknown mode 'digit'; did you mean digits?"])
    expect(await start(['paint'])).toMatchObject({
      code: 2,
      complaints: ["Unknown mode 'paint'; there is: text, digits, wrong, full, broken."],
      calls: [],
    })
  })
})

test('closest allows two edits, and for short words fewer', () => {
  expect(closest('stpes', ['steps', 'seed'])).toBe('steps')
  expect(closest('sed', ['steps', 'seed'])).toBe('seed')
  expect(closest('x', ['y'])).toBeUndefined()
  expect(closest('colour', ['cell', 'out'])).toBeUndefined()
})

test('paths begin where the user typed', () => {
  expect(userFolder({ npm_lifecycle_event: 'demo', INIT_CWD: '/home/me' })).toBe('/home/me')
  expect(userFolder({ npm_lifecycle_event: 'test', INIT_CWD: '/home/me' })).toBe(process.cwd())
  expect(readable('/a/b/c', '/a')).toBe('b/c')
  expect(readable('/x/c', '/a')).toBe('/x/c')
  expect(readable('/a', '/a')).toBe('/a')
})

test('the learning rate stays, then falls to a twentieth', () => {
  expect([0, 0.49, 0.75, 1].map(decay)).toEqual([1, 1, expect.closeTo(0.525), expect.closeTo(0.05)])
})
