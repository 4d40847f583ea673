import { type Job, label, taskOf } from './recipe.js'
import type { Curve, Training } from './train.js'

/** All trainings of one network that differ in their seed only. */
export interface Group {
  readonly label: string
  readonly job: Job
  readonly trainings: readonly Training[]
}

export function groupsOf(trainings: readonly Training[]): Group[] {
  const groups = new Map<string, Training[]>()
  for (const training of trainings) {
    const { task, cell, init } = training.job
    const key = `${task} ${cell} ${init}`
    groups.set(key, [...(groups.get(key) ?? []), training])
  }
  return [...groups.values()].map((group) => ({
    label: label(group[0].job),
    job: group[0].job,
    trainings: group,
  }))
}

/** The mean over curves, at the steps that all have. */
export function meanCurve(curves: readonly Curve[]): Curve {
  const [first, ...others] = curves.map((curve) => new Map(curve))
  if (!first) return []
  return [...first]
    .filter(([step]) => others.every((curve) => curve.has(step)))
    .map(([step, value]) => [
      step,
      others.reduce((sum, curve) => sum + curve.get(step)!, value) / curves.length,
    ])
}

export const lastOf = (curve: Curve): number => curve[curve.length - 1][1]

/** After how many steps an accuracy is reached first and never lost again; undefined where it is not. */
export function reached(curve: Curve, accuracy: number): number | undefined {
  let since: number | undefined
  for (const [step, value] of curve) {
    if (value < accuracy) since = undefined
    else since ??= step
  }
  return since
}

export const isAccuracy = (job: Job): boolean => taskOf(job).unit === 'accuracy'
