import { OptionError, type Parameter } from '@core/tensor'
import { describe, gradientOf } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import type { Named } from './guard.js'

/** What `fit` reads of a group of parameters. */
export interface StepperGroup {
  /** The parameters by name. */
  readonly params: ReadonlyMap<string, Parameter>
  /** Their learning rate, where there is one. */
  readonly lr?: number
}

/** What `fit` needs of an optimizer; with `groups` it can tell which parameters are left out, and log learning rates. */
export interface Stepper {
  /** Moves the parameters. */
  step(): void
  /** Clears their gradients. */
  zeroGrad(): void
  /** Its groups of parameters. */
  readonly groups?: readonly StepperGroup[]
  /** Whether `step` can be replayed when it is compiled: whether it reads its hyperparameters anew each time. */
  readonly replayable?: boolean
}

/** What `fit` needs of a schedule. */
export interface Scheduler {
  /** Sets the hyperparameters for the next step. */
  step(): void
}

/** One or several, as a list. */
export function listOf<T>(given: T | readonly T[] | undefined): readonly T[] {
  return given === undefined ? [] : Array.isArray(given) ? given : [given as T]
}

/** Checks optimizers and schedules. */
export function checkMovers(optimizer: unknown, schedule: unknown): void {
  const optimizers = listOf(optimizer) as (Partial<Stepper> | null)[]
  for (const one of optimizers.length === 0 ? [optimizer as null] : optimizers)
    if (typeof one?.step !== 'function' || typeof one.zeroGrad !== 'function')
      throw new OptionError(
        `fit: an optimizer is needed, e.g. new SGD(model.parameters(), { lr: 0.1 }), or a list of them, got ${describe(one)}`,
      )
  for (const one of listOf(schedule) as (Partial<Scheduler> | null)[])
    if (typeof one?.step !== 'function')
      throw new OptionError(
        `fit: a schedule must have step(), e.g. new StepLR(optimizer, { stepSize: 30 }), got ${describe(one)}`,
      )
}

/** The learning rate of every group that has one. */
export function ratesOf(optimizers: readonly Stepper[]): number[] {
  return optimizers.flatMap(({ groups = [] }) =>
    groups.flatMap(({ lr }) => (typeof lr === 'number' ? [lr] : [])),
  )
}

/** Which parameters optimizers hold, by their names in the model where they have one, and which of them never get a gradient. */
export class Holdings {
  /** All that the optimizers hold; the model's own where they do not tell. */
  readonly held: Named
  /** All of the model and of the optimizers. */
  readonly all: Named
  /** Those of the model that no optimizer holds. */
  private unheld: Named
  /** Those held that have got no gradient yet. */
  private waiting: Named

  constructor(
    model: Module,
    optimizers: readonly Stepper[],
    private readonly warn: (message: string) => void,
  ) {
    const own = [...model.namedParameters()]
    const names = new Map(own.map(([name, parameter]) => [parameter, name]))
    const told = optimizers.every(({ groups }) => groups)
    const held = optimizers
      .flatMap(({ groups = [] }) => groups.flatMap(({ params }) => [...params]))
      .map(([name, parameter]) => [names.get(parameter) ?? name, parameter] as const)
    const within = new Set(held.map(([, parameter]) => parameter))
    this.unheld = told ? own.filter(([, parameter]) => !within.has(parameter)) : []
    this.held = told ? held : own
    this.all = [...this.held, ...this.unheld]
    this.waiting = told ? held.filter(([, parameter]) => parameter.requiresGrad) : []
  }

  /** Looks at the gradients after a backward pass; warns, the first time, of those that nobody will use. */
  look(): void {
    const wasted = this.unheld.filter(([, parameter]) => gradientOf(parameter))
    this.unheld = []
    if (wasted.length > 0)
      this.warn(
        `fit: no optimizer holds ${quoted(wasted)}, though gradients are computed for them: they will not be trained; ` +
          'give them to the optimizer, or freeze them with requiresGrad = false',
      )
    if (this.waiting.length > 0) this.waiting = this.waiting.filter(([, parameter]) => !gradientOf(parameter))
  }

  /** After an epoch, or at the end: warns, once, of those that the loss does not depend on. */
  conclude(): void {
    if (this.waiting.length > 0)
      this.warn(
        `fit: the optimizer holds ${quoted(this.waiting)}, which never got a gradient: the loss does not depend on them; ` +
          'use them in forward, or leave them out',
      )
    this.waiting = []
  }
}

function quoted(parameters: Named): string {
  return parameters.map(([name]) => `'${name}'`).join(', ')
}
