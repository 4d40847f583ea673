import { readFileSync } from 'node:fs'
import { Parameter, zeros } from '@core/tensor'
import * as O from '@nn/optim'
import { describe, expect, test } from 'vitest'

type Spec = readonly [name: string, options: Record<string, unknown>]

interface Case {
  name: string
  options: Record<string, unknown>
  kind: 'momentum' | 'betas'
  metric: number[] | null
  /** Before which steps the learning rates are halved by hand. */
  touch: number[] | null
  /** Before each step: the learning rates, and the momenta. */
  rows: [lrs: number[], momenta: number[]][]
}

// Written by PyTorch: tools/fixtures/schedules.py
const cases: Case[] = JSON.parse(readFileSync(new URL('./fixtures/schedules.json', import.meta.url), 'utf8'))

const LAMBDAS: Record<string, (step: number) => number> = {
  inverse: (t) => 1 / (1 + t),
  power: (t) => 0.95 ** t,
  even: (t) => (t % 2 === 0 ? 0.9 : 1),
}

const optimizerOf = (kind: Case['kind']) => {
  const groups = [0.1, 0.02].map((lr) => ({ params: [new Parameter(zeros([1]))], lr }))
  return kind === 'momentum' ? new O.SGD(groups, { lr: 1, momentum: 0.5 }) : new O.Adam(groups, { lr: 1 })
}

function build(optimizer: O.Scheduled, [name, options]: Spec): O.Schedule {
  const given = { ...options }
  const lambda = given.lrLambda as string | string[] | undefined
  if (lambda) given.lrLambda = Array.isArray(lambda) ? lambda.map((key) => LAMBDAS[key]) : LAMBDAS[lambda]
  if (given.schedules) given.schedules = (given.schedules as Spec[]).map((part) => build(optimizer, part))
  if (name === 'ChainedScheduler') return new O.ChainedScheduler(given.schedules as O.Schedule[])
  const classes = O as unknown as Record<string, new (o: O.Scheduled, options: object) => O.Schedule>
  return new classes[name]!(optimizer, given)
}

const start = (c: Case) => {
  const optimizer = optimizerOf(c.kind)
  return { optimizer, schedule: build(optimizer, [c.name, c.options]) }
}

function replay(c: Case, saveAt = -1): Case['rows'] {
  let { optimizer, schedule } = start(c)
  const momentum = (group: object) =>
    (group as { momentum?: number }).momentum ?? (group as { betas: number[] }).betas[0]!
  return c.rows.map((_, i) => {
    const { groups } = optimizer
    const row: Case['rows'][number] = [groups.map((g) => g.lr), groups.map(momentum)]
    expect(schedule.values).toEqual(row[0])
    if (c.touch?.includes(i)) for (const group of groups) group.lr *= 0.5
    schedule.step(...(c.metric ? [c.metric[i]!] : []))
    expect(schedule.steps).toBe(i + 1)
    if (i === saveAt) {
      const state = JSON.parse(JSON.stringify(schedule.stateDict()))
      ;({ optimizer, schedule } = start(c))
      schedule.loadStateDict(state)
      expect(schedule.stateDict()).toEqual(state)
    }
    return row
  })
}

const title = (c: Case) =>
  `${c.name} ${JSON.stringify(c.options)}${c.kind === 'betas' ? ', betas' : ''}${c.touch ? ', set by hand' : ''}`

describe.each(cases.map((c) => [title(c), c] as const))('%s', (_, c) => {
  test("gives PyTorch's values", () => {
    for (const [i, row] of replay(c).entries())
      for (const [kind, values] of row.entries())
        for (const [group, value] of values.entries()) {
          const wanted = c.rows[i]![kind]![group]!
          const error = Math.abs(value - wanted)
          expect(error, `step ${i}: ${value} instead of ${wanted}`).toBeLessThanOrEqual(
            1e-12 * Math.abs(wanted) + 1e-15,
          )
        }
  })

  // The values are in the schedule's state: nothing of the optimizer's is needed.
  test.each([0, 4, 30, 41])('goes on bit for bit from the state after step %i', (saveAt) => {
    expect(replay(c, saveAt)).toEqual(replay(c))
  })
})
