import { Generator, type Tensor } from '@core/tensor'
import { describe, expect, test, vi } from 'vitest'
import { parseOptions } from '../src/cli/options.js'
import { LENGTH } from '../src/memory/adding.js'
import { ALPHABET, DELAY } from '../src/memory/copy.js'
import { MemoryModel } from '../src/memory/model.js'
import { memoryOptions } from '../src/memory/options.js'
import { compare, pytorchCurve } from '../src/memory/pytorch.js'
import { type Job, LENGTHS, makeJobs } from '../src/memory/recipe.js'
import { describeResults } from '../src/memory/report.js'
import { lastOf, meanCurve, reached } from '../src/memory/summary.js'
import { TASKS, type TaskName } from '../src/memory/tasks.js'
import { describe as line, type Training, train } from '../src/memory/train.js'

// As on a terminal without colours, which CI services pretend to have.
vi.hoisted(() => {
  process.env.NO_COLOR = '1'
})

const never = new AbortController().signal
const rows = (t: Tensor, width: number) => {
  const values = Array.from(t.dataSync())
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width))
}
const job = (task: TaskName, cell: Job['cell'], init: Job['init'], more: Partial<Job> = {}): Job => ({
  ...LENGTHS[task],
  task,
  cell,
  init,
  seed: 1,
  ...more,
})

describe('the copy task', () => {
  test.each([1, 10] as const)('%i symbols, the delay, go, and time to recall them', (symbols) => {
    const task = TASKS[symbols === 1 ? 'copy1' : 'copy10']
    const time = DELAY + 2 * symbols
    const [x, target] = task.draw(new Generator(1), 50)
    expect([x.shape, target.shape]).toEqual([
      [50, time],
      [50, symbols],
    ])
    const wanted = rows(target, symbols)
    for (const [b, tokens] of rows(x, time).entries()) {
      expect(tokens.slice(0, symbols)).toEqual(wanted[b])
      // From the last symbol on there are as many steps to its recall as the delay has.
      const blanks = tokens.slice(symbols)
      expect(blanks.indexOf(ALPHABET + 1)).toBe(DELAY - 1)
      expect(blanks.filter((token) => token === ALPHABET)).toHaveLength(DELAY + symbols - 1)
    }
    const often = Array.from({ length: ALPHABET }, (_, k) => wanted.flat().filter((s) => s === k).length)
    for (const times of often) expect(Math.abs(times / (50 * symbols) - 1 / 8)).toBeLessThan(0.12)
  })

  test('only the recalled symbols count', () => {
    const task = TASKS.copy10
    const [x, target] = task.draw(new Generator(1), 4)
    const answer = new MemoryModel(task, 'gru', 'chrono', new Generator(1)).forward(x)
    expect(answer.shape).toEqual([4, 10, ALPHABET])
    const right = target.reshape([4, 10, 1]).eq(answer.argmax({ axis: -1, keepDim: true }))
    expect(task.score(answer, target).itemSync()).toBeCloseTo(right.cast('float32').mean().itemSync(), 6)
    expect(task.loss(answer, target).itemSync()).toBeCloseTo(Math.log(ALPHABET), 0)
  })
})

describe('the adding problem', () => {
  const [x, target] = TASKS.adding.draw(new Generator(1), 2000)

  test('marks one number in either half, and wants their sum', () => {
    expect([x.shape, target.shape]).toEqual([
      [2000, LENGTH, 2],
      [2000, 1, 1],
    ])
    const sums = rows(target, 1)
    for (const [b, sequence] of rows(x.slice(0, 200), 2 * LENGTH).entries()) {
      const marked = Array.from({ length: LENGTH }, (_, t) => t).filter((t) => sequence[2 * t + 1] !== 0)
      expect(marked).toHaveLength(2)
      expect(marked[0] < LENGTH / 2 && marked[1] >= LENGTH / 2).toBe(true)
      const [a, c] = marked.map((t) => sequence[2 * t])
      expect(sums[b][0]).toBeCloseTo(a + c, 6)
    }
  })

  test('always answering 1 gives 0.167', () => {
    const error = TASKS.adding.score(target.mul(0).add(1), target).itemSync()
    expect(error).toBeCloseTo(TASKS.adding.chance, 2)
  })
})

describe('beside PyTorch', () => {
  test('the same seed gives the same weights and held-out sequences: untrained networks do alike', {
    timeout: 60_000,
  }, async () => {
    for (const [task, cell] of [
      ['adding', 'gru'],
      ['adding', 'lstm'],
      ['copy10', 'lstm'],
    ] as const) {
      const training = await train(job(task, cell, 'chrono', { steps: 1 }), never)
      const known = pytorchCurve(training)
      expect(known?.[0]?.[0]).toBe(0)
      expect(training.curve[0]![1] / known![0]![1]).toBeCloseTo(1, task === 'adding' ? 5 : 2)
    }
  })

  test('and the same batches: so it does after the first hundred steps', { timeout: 120_000 }, async () => {
    const training = await train(job('adding', 'lstm', 'chrono', { steps: 100 }), never)
    const { seeds, rows } = compare([training])
    expect(seeds).toBe(1)
    expect(rows.map(({ step }) => step)).toEqual([0, 100])
    expect(rows[1]!.ours / rows[1]!.pytorch).toBeCloseTo(1, 2)
    expect(rows[1]!.ours).toBeLessThan(rows[0]!.ours / 2)
  })

  test('what PyTorch was not asked for is not compared', () => {
    const strange = { job: job('copy1', 'rnn', 'plain', { seed: 77 }), curve: [], seconds: 1, stopped: false }
    expect(compare([strange])).toEqual({ seeds: 0, rows: [] })
  })
})

describe('what is trained', () => {
  const jobs = (...args: string[]) => makeJobs(parseOptions(args, memoryOptions))
  const kinds = (...args: string[]) => jobs(...args).map(({ cell, init }) => `${cell} ${init}`)

  test('by default: one symbol, gates open, and the RNN', () => {
    expect(kinds()).toEqual(['gru chrono', 'lstm chrono', 'rnn plain'])
    expect(new Set(jobs().map(({ task }) => task))).toEqual(new Set(['copy1']))
  })

  test('with --task all: every cell, begun in either way', () => {
    const all = ['gru chrono', 'gru plain', 'lstm chrono', 'lstm plain', 'rnn plain']
    expect(kinds('--task', 'all')).toEqual([...all, ...all, ...all])
    expect(jobs('--task', 'all', '--seeds', '3', '--seed', '5')).toHaveLength(45)
    expect(jobs('--task', 'all', '--seeds', '3', '--seed', '5')[2].seed).toBe(7)
  })

  test('or as the options say', () => {
    expect(kinds('--cell', 'lstm')).toEqual(['lstm chrono', 'lstm plain'])
    expect(kinds('--cell', 'rnn', '--init', 'chrono')).toEqual(['rnn plain'])
    expect(kinds('--init', 'plain')).toEqual(['gru plain', 'lstm plain', 'rnn plain'])
    expect(jobs('--steps', '7').every(({ steps }) => steps === 7)).toBe(true)
  })
})

describe('the report', () => {
  const training = (seed: number, values: number[]): Training => ({
    job: job('copy1', 'gru', 'chrono', { seed, steps: 300 }),
    curve: values.map((value, i) => [100 * i, value]),
    seconds: 61,
    stopped: false,
  })
  const two = [training(1, [0.125, 0.5, 1, 1]), training(2, [0.125, 0.995, 0.4, 0.992])]

  test('means, and the step from which on a level holds', () => {
    expect(meanCurve(two.map(({ curve }) => curve))).toEqual([
      [0, 0.125],
      [100, 0.7475],
      [200, 0.7],
      [300, 0.996],
    ])
    expect(meanCurve([[[0, 1]], [[100, 1]]])).toEqual([])
    expect(two.map(({ curve }) => reached(curve, 0.99))).toEqual([200, 300])
    expect(reached(two[0]!.curve, 1.1)).toBeUndefined()
    expect(lastOf(two[1]!.curve)).toBe(0.992)
  })

  test('while training, one line; the narrow one fits', () => {
    const adding = job('adding', 'lstm', 'chrono')
    const moment = {
      job: adding,
      step: 1500,
      value: 0.16235,
      fraction: 0.5,
      loss: 1,
      perSecond: 9,
      secondsLeft: 3599,
    }
    expect(line(moment, false)).toBe('LSTM, chrono · step 1,500 · MSE 0.16235 · 59:59 left')
    const one = { ...moment, job: job('copy1', 'gru', 'plain'), value: 1 }
    expect(line(one, true)).toBe('GRU, plain · 1500 · accuracy 100.0 % · 59:59 left')
    expect(line(moment, true).length + 2 + 10 + 1).toBeLessThanOrEqual(80)
  })

  test('has curves, and a table beside chance', () => {
    const text = describeResults(two)
    for (const part of [
      'Recall one symbol of an alphabet of 8 after 100 steps: accuracy on the recalled symbols',
      '┤',
      '╭',
      'GRU, chrono',
      'the level line is chance, 12.5 %',
      '99.6 %',
      '100.0 %  99.2 %',
      '200, 300',
      '1:01',
    ])
      expect(text).toContain(part)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  test('of the adding problem prints both curves', () => {
    const adding = job('adding', 'gru', 'chrono')
    const known = pytorchCurve({ job: adding, curve: [], seconds: 0, stopped: false })!
    const ours = known.map(([step, value]) => [step, value * 1.1] as const)
    const text = describeResults([{ job: adding, curve: ours, seconds: 1, stopped: false }])
    expect(text).toContain('always answering 1, 0.167')
    expect(text).toContain('GRU, chrono beside PyTorch, same weights, same batches')
    expect(text.match(/ 1\.10$/gm)!.length).toBeGreaterThan(5)
    expect(text).toContain(known[known.length - 1]![1].toFixed(5))
  })
})
