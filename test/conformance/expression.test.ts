import { describe, expect, test } from 'vitest'
import { Comparison } from '../../tools/conformance/compare.ts'
import { evaluate } from '../../tools/conformance/expression.ts'
import { compareSchedule, startSchedule } from '../../tools/conformance/schedules.ts'

describe('expressions of Python', () => {
  test.each([
    ['1/(1+step)', 0.25],
    ['0.95 ** step', 0.95 ** 3],
    ['-2 ** 2', -4],
    ['2 ** -1', 0.5],
    ['2 ** 3 ** 2', 512],
    ['7 // 2 * 2 + 7 % 4', 9],
    ['-7 // 2', -4],
    ['-7 % 3', 2],
    ['10 - 4 - 3', 3],
    ['1e-3 * .5 + 2.', 2.0005],
    ['min(1.0, (step + 1) / 10)', 0.4],
    ['max([1, step, 2])', 3],
    ['0.5 * (1 + math.cos(math.pi * step / 3))', 0],
    ['1.0 if step < 3 else 0.1', 0.1],
    ['1 if 0 < step and not step > 5 or False else 2', 1],
    ['float("inf")', Infinity],
    ['abs(-step) + int(2.7)', 5],
  ])('%s', (text, wanted) => {
    expect(evaluate(text, { step: 3 })).toBeCloseTo(wanted, 12)
  })

  test('lists, tuples, words and calls with named arguments', () => {
    const seen: unknown[] = []
    const value = evaluate("[A(1, [2, 3], x='cos', y=None), (4,), (5), ()]", {}, (...call) => {
      seen.push(call)
      return 'made'
    })
    expect(value).toEqual(['made', [4], 5, []])
    expect(seen).toEqual([['A', [1, [2, 3]], { x: 'cos', y: null }]])
    expect((evaluate('lambda e: 2 * e + step', { step: 1 }) as (e: number) => number)(4)).toBe(9)
  })

  test.each([
    '1 +',
    '1 2',
    'process.exit(1)',
    'nothing',
    '(1',
    'A(1',
    '1; 2',
    '`1`',
    'constructor',
    '__proto__',
  ])('%s is refused', (text) => {
    expect(() => evaluate(text, {})).toThrow(/cannot read/)
  })
})

describe('schedules from PyTorch’s arguments', () => {
  const lrs = (name: string, kwargs: object, steps: number) => {
    const schedule = startSchedule(name, 1, kwargs as never)
    return Array.from({ length: steps }, () => {
      const lr = schedule.lr()
      schedule.step()
      return lr
    })
  }
  test.each([
    ['positional', 'LinearLR(0.5,1,2)'],
    ['named', 'LinearLR(start_factor=0.5, total_iters=2)'],
    [
      'with the optimizer and a module',
      'lr_scheduler.LinearLR(optimizer, 0.5, end_factor=1.0, total_iters=2, last_epoch=-1)',
    ],
  ])('constructor calls: %s', (_, call) => {
    const kwargs = { schedulers: [call, 'ExponentialLR(0.5)'], milestones: [2] }
    expect(lrs('SequentialLR', kwargs, 5)).toEqual([0.5, 0.75, 1, 0.5, 0.25])
  })
  test('functions, as expressions and as lambda', () => {
    expect(lrs('LambdaLR', { lambda_: '1/(1+step)' }, 2)).toEqual([1, 0.5])
    expect(lrs('LambdaLR', { lr_lambda: 'lambda epoch: 0.5 ** epoch' }, 3)).toEqual([1, 0.5, 0.25])
    const kwargs = {
      schedulers: ['LambdaLR(lambda s: 1/(1+s))', 'MultiplicativeLR(lr_lambda=lambda s: 0.5)'],
      milestones: [2],
    }
    expect(lrs('SequentialLR', kwargs, 4)).toEqual([1, 0.5, 0.25, 0.125])
  })
  test('names that are not snake_case of ours', () => {
    expect(lrs('CosineAnnealingLR', { T_max: 1, eta_min: 0.5 }, 3)).toEqual([1, 0.5, 1])
    expect(lrs('CosineAnnealingWarmRestarts', { T_0: 1, T_mult: 2, eta_min: 0 }, 3)).toEqual(
      [1, 1, 0.5000000000000001].map((v) => expect.closeTo(v, 12)),
    )
  })
  test('what is unknown is unsupported, and never ignored', () => {
    expect(() => lrs('StepLR', { step_size: 1, verbose: 2 }, 1)).toThrow(/'verbose'|verbose/)
    expect(() => lrs('StepLR', { step_size: 1, last_epoch: 3 }, 1)).toThrow(/last_epoch/)
    expect(() => lrs('NoahLR', {}, 1)).toThrow(/NoahLR is not supported/)
    expect(() => lrs('SequentialLR', { schedulers: ['3'], milestones: [] }, 1)).toThrow(/schedulers/)
  })
  test('a value that differs is a fault', () => {
    const comparison = new Comparison()
    compareSchedule({ lrs: [1, 0.4] }, startSchedule('ExponentialLR', 1, { gamma: 0.5 }), comparison)
    expect(comparison.faults).toHaveLength(1)
  })
})
