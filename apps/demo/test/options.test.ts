import { describe, expect, test } from 'vitest'
import { type OptionTable, parseOptions } from '../src/cli/options.js'

const table = {
  cell: { kind: 'choice', of: ['rnn', 'gru'], help: '' },
  steps: { kind: 'whole', min: 1, max: 1000, help: '' },
  seed: { kind: 'whole', min: 0, max: 9, help: '' },
  minutes: { kind: 'positive', max: 60, help: '' },
  out: { kind: 'file', short: 'o', help: '' },
  resume: { kind: 'flag', help: '' },
} as const satisfies OptionTable

test('what is not given is undefined, a flag is false', () => {
  expect(parseOptions([], table)).toEqual({
    cell: undefined,
    steps: undefined,
    seed: undefined,
    minutes: undefined,
    out: undefined,
    resume: false,
  })
})

test('values arrive in their kinds', () => {
  const args = ['--cell', 'gru', '--steps=300', '--seed', '0', '--minutes', '.5', '-o', '007', '--resume']
  expect(parseOptions(args, table)).toEqual({
    cell: 'gru',
    steps: 300,
    seed: 0,
    minutes: 0.5,
    out: '007',
    resume: true,
  })
})

describe('one sentence for', () => {
  const wrong: [string[], string][] = [
    [['--step', '3'], 'Unknown option --step; did you mean --steps?'],
    [['--sede=3'], 'Unknown option --sede; did you mean --seed?'],
    [['--quiet'], 'Unknown option --quiet; --help lists them.'],
    [['-x'], 'Unknown option -x; --help lists them.'],
    [['--no-resume'], 'Unknown option --no-resume; --help lists them.'],
    [['--__proto__', '3'], 'Unknown option --__proto__; --help lists them.'],
    [['--constructor'], 'Unknown option --constructor; --help lists them.'],
    [['extra'], "Unexpected argument 'extra'."],
    [['--resume', 'file'], "Unexpected argument 'file'."],
    [['--', '--steps'], "Unexpected argument '--steps'."],
    [['--resume=yes'], '--resume takes no value.'],
    [['--resume', '--resume'], '--resume is given twice.'],
    [['--seed', '1', '--seed', '2'], '--seed is given twice.'],
    [['--steps'], '--steps needs a whole number from 1 to 1000.'],
    [['--steps', '--resume'], '--steps needs a whole number from 1 to 1000.'],
    [['--steps='], "--steps needs a whole number from 1 to 1000, not ''."],
    [['--steps', '0'], "--steps needs a whole number from 1 to 1000, not '0'."],
    [['--steps', '-5'], "--steps needs a whole number from 1 to 1000, not '-5'."],
    [['--steps', '1.5'], "--steps needs a whole number from 1 to 1000, not '1.5'."],
    [['--steps', '1e2'], "--steps needs a whole number from 1 to 1000, not '1e2'."],
    [['--steps', '0x10'], "--steps needs a whole number from 1 to 1000, not '0x10'."],
    [['--steps', ' 5'], "--steps needs a whole number from 1 to 1000, not ' 5'."],
    [['--steps', 'NaN'], "--steps needs a whole number from 1 to 1000, not 'NaN'."],
    [['--steps', 'Infinity'], "--steps needs a whole number from 1 to 1000, not 'Infinity'."],
    [['--steps', 'ten'], "--steps needs a whole number from 1 to 1000, not 'ten'."],
    [['--steps', '1001'], "--steps needs a whole number from 1 to 1000, not '1001'."],
    [['--seed', '10'], "--seed needs a whole number from 0 to 9, not '10'."],
    [['--minutes', '0'], "--minutes needs a number above 0, at most 60, not '0'."],
    [['--minutes', '0.0'], "--minutes needs a number above 0, at most 60, not '0.0'."],
    [['--minutes', '-1'], "--minutes needs a number above 0, at most 60, not '-1'."],
    [['--minutes', 'NaN'], "--minutes needs a number above 0, at most 60, not 'NaN'."],
    [['--minutes', 'Infinity'], "--minutes needs a number above 0, at most 60, not 'Infinity'."],
    [['--minutes', '1,5'], "--minutes needs a number above 0, at most 60, not '1,5'."],
    [['--minutes', '.'], "--minutes needs a number above 0, at most 60, not '.'."],
    [['--minutes', '61'], "--minutes needs a number above 0, at most 60, not '61'."],
    [['--minutes'], '--minutes needs a number above 0, at most 60.'],
    [['--cell'], '--cell needs one of rnn, gru.'],
    [['--cell', 'GRU'], "--cell needs one of rnn, gru, not 'GRU'."],
    [['--cell', 'transformer'], "--cell needs one of rnn, gru, not 'transformer'."],
    [['--out'], '--out needs a file name.'],
    [['--out', ''], '--out needs a file name.'],
    [['--out='], '--out needs a file name.'],
    [['--out', '--resume'], '--out needs a file name.'],
    [['--out', 'a\0b'], '--out needs a file name.'],
    [['-o'], '--out needs a file name.'],
  ]
  test.each(wrong)('%j', (args, sentence) => {
    expect(() => parseOptions(args, table)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: sentence }),
    )
  })
})
