import { Parameter, zeros } from '@core/tensor'
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  Schedule,
  type Scheduled,
  SequentialLR,
  SGD,
  StepLR,
} from '@nn/optim'
import { Args } from './args.ts'
import { find } from './call.ts'
import { numberOf, type SchedCase } from './cases.ts'
import { type Comparison, tolerancesOf } from './compare.ts'
import { evaluate, type Result } from './expression.ts'
import { Inputs, type Value } from './values.ts'

/** A schedule at work. */
export interface Running {
  /** The learning rate of the next step. */
  lr(): number
  /** After a step; with the metric where the schedule watches one. */
  step(metric?: number): void
}

interface Adapter {
  /** PyTorch's positional arguments behind the optimizer, in order. */
  readonly names: string
  build(optimizer: Scheduled, args: Args): Schedule
}

/** PyTorch's schedulers, with its names of positional arguments. */
export const SCHEDULES: Readonly<Record<string, Adapter>> = {
  ChainedScheduler: {
    names: 'schedulers',
    build: (optimizer, a) => new ChainedScheduler(parts(optimizer, a)),
  },
  ConstantLR: {
    names: 'factor total_iters last_epoch',
    build: (optimizer, a) => new ConstantLR(optimizer, a.rest()),
  },
  CosineAnnealingLR: {
    names: 'T_max eta_min last_epoch',
    build: (optimizer, a) =>
      new CosineAnnealingLR(optimizer, { tMax: a.number('T_max'), ...a.rest<{ etaMin?: number }>() }),
  },
  CosineAnnealingWarmRestarts: {
    names: 'T_0 T_mult eta_min last_epoch',
    build: (optimizer, a) => {
      const [t0, tMult] = [a.number('T_0'), a.number('T_mult', 1)]
      return new CosineAnnealingWarmRestarts(optimizer, { t0, tMult, ...a.rest<{ etaMin?: number }>() })
    },
  },
  CyclicLR: {
    names:
      'base_lr max_lr step_size_up step_size_down mode gamma scale_fn scale_mode cycle_momentum base_momentum max_momentum last_epoch',
    build: (optimizer, a) => {
      const scaleFn = a.has('scale_fn') ? { scaleFn: lambda(a, ['scale_fn'], 'x') } : {}
      return new CyclicLR(optimizer, { ...scaleFn, ...a.rest<{ baseLr: number; maxLr: number }>() })
    },
  },
  ExponentialLR: {
    names: 'gamma last_epoch',
    build: (optimizer, a) => new ExponentialLR(optimizer, a.rest()),
  },
  LambdaLR: {
    names: 'lr_lambda last_epoch',
    build: (optimizer, a) => new LambdaLR(optimizer, { lrLambda: lambda(a, LAMBDAS, 'step') }),
  },
  LinearLR: {
    names: 'start_factor end_factor total_iters last_epoch',
    build: (optimizer, a) => new LinearLR(optimizer, a.rest()),
  },
  MultiplicativeLR: {
    names: 'lr_lambda last_epoch',
    build: (optimizer, a) => new MultiplicativeLR(optimizer, { lrLambda: lambda(a, LAMBDAS, 'step') }),
  },
  MultiStepLR: {
    names: 'milestones gamma last_epoch',
    build: (optimizer, a) => new MultiStepLR(optimizer, a.rest()),
  },
  OneCycleLR: {
    names:
      'max_lr total_steps epochs steps_per_epoch pct_start anneal_strategy cycle_momentum base_momentum max_momentum div_factor final_div_factor three_phase last_epoch',
    build: (optimizer, a) => new OneCycleLR(optimizer, a.rest()),
  },
  PolynomialLR: {
    names: 'total_iters power last_epoch',
    build: (optimizer, a) => new PolynomialLR(optimizer, a.rest()),
  },
  ReduceLROnPlateau: {
    names: 'mode factor patience threshold threshold_mode cooldown min_lr eps',
    build: (optimizer, a) => new ReduceLROnPlateau(optimizer, a.rest()),
  },
  SequentialLR: {
    names: 'schedulers milestones last_epoch',
    build: (optimizer, a) =>
      new SequentialLR(optimizer, { schedules: parts(optimizer, a), milestones: a.numbers('milestones') }),
  },
  StepLR: {
    names: 'step_size gamma last_epoch',
    build: (optimizer, a) => new StepLR(optimizer, a.rest()),
  },
}

/** The names under which cases give the function of the step. */
const LAMBDAS = ['lambda_', 'lr_lambda']

/** A function given as an expression in `variable`, or as `lambda x: …`. */
function lambda(args: Args, names: readonly string[], variable: string): (x: number) => number {
  const name = names.find((key) => args.has(key)) ?? names[0]!
  const given = args.value(name) as Result | undefined
  const checked = (value: Result): number => {
    if (typeof value !== 'number') throw args.unsupported(name)
    return value
  }
  if (typeof given === 'function') return (x) => checked((given as (x: number) => Result)(x))
  if (typeof given !== 'string') throw args.unsupported(name)
  return (x) => {
    const value = evaluate(given, { [variable]: x })
    return checked(typeof value === 'function' ? (value as (x: number) => Result)(x) : value)
  }
}

/** The schedulers that others are made of: constructor calls like `LinearLR(0.1, total_iters=5)`. */
function parts(optimizer: Scheduled, args: Args): Schedule[] {
  const given = args.value('schedulers')
  if (!Array.isArray(given)) throw args.unsupported('schedulers')
  return given.map((item: unknown) => {
    const made =
      typeof item === 'string'
        ? evaluate(item, { optimizer }, (name, positional, named) =>
            construct(
              optimizer,
              name,
              positional.filter((arg) => arg !== optimizer),
              named,
            ),
          )
        : item
    if (!(made instanceof Schedule)) throw args.unsupported(`schedulers: ${typeof made}`)
    return made
  })
}

function construct(
  optimizer: Scheduled,
  name: string,
  positional: readonly Result[],
  named: Readonly<Record<string, Result>>,
): Schedule {
  const { names, build } = find(SCHEDULES, name)
  const args = new Args(name, names, positional as readonly Value[], named as Record<string, Value>)
  if (args.number('last_epoch', -1) !== -1) throw args.unsupported('last_epoch')
  const schedule = build(optimizer, args)
  args.finish()
  return schedule
}

/** Builds PyTorch's scheduler of this name for one group with this learning rate. */
export function startSchedule(name: string, baseLr: number, kwargs: SchedCase['kwargs']): Running {
  const optimizer = new SGD([new Parameter(zeros([1]))], { lr: baseLr, momentum: 0.9 })
  const schedule = construct(optimizer, name, [], new Inputs('float64', [], false).named(kwargs))
  return { lr: () => optimizer.groups[0]!.lr, step: (metric) => schedule.step(metric) }
}

/** Replays a schedule. */
export async function replaySchedule(c: SchedCase, comparison: Comparison): Promise<void> {
  compareSchedule(c, startSchedule(c.name, c.baseLr, c.kwargs), comparison)
}

/** Runs a schedule: plain float64 arithmetic, compared as such on every backend. */
export function compareSchedule(
  c: Pick<SchedCase, 'lrs' | 'metric'>,
  schedule: Running,
  comparison: Comparison,
): void {
  const lrs = c.lrs.map((_, i) => {
    const lr = schedule.lr()
    const metric = c.metric?.[i]
    schedule.step(...(metric === undefined ? [] : [numberOf(metric)]))
    return lr
  })
  comparison.numbers('lrs', lrs, c.lrs, tolerancesOf('float64').outputs)
}
