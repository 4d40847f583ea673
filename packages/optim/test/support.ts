import { readFileSync } from 'node:fs'
import { type Backend, Parameter, reference, type Tensor, tensor } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import * as optim from '@nn/optim'

type Numbers = Readonly<Record<string, readonly number[]>>

/** A case of fixtures/optimizers.json: `own` are the options of the second parameter's group. */
export interface Case {
  readonly name: string
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly own: Readonly<Record<string, unknown>>
  readonly set: string
  readonly float64: Readonly<Record<string, Numbers>>
  readonly float32: Readonly<Record<string, Numbers>>
  readonly bfloat16?: Readonly<Record<string, Numbers>>
}

interface Set {
  readonly shapes: Readonly<Record<string, number[]>>
  readonly start: Numbers
  readonly gradients: readonly Numbers[]
}

const FIXTURE = JSON.parse(readFileSync(new URL('./fixtures/optimizers.json', import.meta.url), 'utf8')) as {
  sets: Record<string, Set>
  cases: Case[]
}

/** PyTorch's cases. */
export const CASES: readonly Case[] = FIXTURE.cases

/** One case for every optimizer, with its name: the one with groups, which is the last of its name. */
export const LAST: readonly (readonly [string, Case])[] = [...new Map(CASES.map((c) => [c.name, c]))]

/** Any optimizer. */
export type AnyOptimizer = optim.Optimizer<Record<string, never>>

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const optionsOf = (kwargs: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(kwargs).map(([k, v]) => [camel(k), v === 'match_rms_adamw' ? 'matchRmsAdamw' : v]),
  )

/** Where numbers live in float64. */
export const F64 = { dtype: 'float64', backend: reference() } as const

/** The parameters of a case, its optimizer, and what moves them. */
export class Training {
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly optimizer: AnyOptimizer
  private readonly set: Set
  private taken = 0

  constructor(
    { name, kwargs, own, set }: Case,
    private readonly where: { dtype?: 'float32' | 'float64'; backend?: Backend } = {},
  ) {
    this.set = FIXTURE.sets[set]!
    const { shapes, start } = this.set
    const shape = (key: string) => ({ ...where, shape: shapes[key]! })
    const entries = Object.entries(start).map(
      ([key, values]) => [key, new Parameter(tensor(Float32Array.from(values), shape(key)))] as const,
    )
    this.parameters = new Map(entries)
    const [, second] = entries
    const groups = [{ params: entries.filter((e) => e !== second) }, { params: [second], ...optionsOf(own) }]
    const Class = (optim as Record<string, unknown>)[name] as new (...args: unknown[]) => AnyOptimizer
    this.optimizer = new Class(groups, optionsOf(kwargs))
  }

  /** Takes steps, up to this one; those that a fresh optimizer has not taken can be skipped. */
  run(to: number, from = this.taken): this {
    for (this.taken = from; this.taken < to; this.taken++) {
      const gradients = this.set.gradients[this.taken]!
      for (const [key, p] of this.parameters)
        p.grad = gradients[key]
          ? tensor(Float32Array.from(gradients[key]), { ...this.where, shape: p.shape })
          : null
      this.optimizer.step()
    }
    return this
  }

  /** Takes over the parameters of another. */
  take(other: ReadonlyMap<string, Tensor>): this {
    for (const [key, p] of this.parameters) assign(p, other.get(key)!)
    return this
  }

  /** Copies of the parameters. */
  copies(): ReadonlyMap<string, Tensor> {
    return new Map([...this.parameters].map(([key, p]) => [key, p.detach().clone()]))
  }

  /** The parameters' values. */
  values(): Record<string, number[]> {
    return Object.fromEntries([...this.parameters].map(([key, p]) => [key, [...p.dataSync()]]))
  }
}
