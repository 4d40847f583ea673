import type { BackendInfo } from '@core/tensor'
import colors from 'picocolors'
import { curves } from '../terminal/curves.js'
import { backendFacts, facts, heading } from '../terminal/facts.js'
import { count, duration } from '../terminal/format.js'
import { HIDDEN } from './model.js'
import { type Comparison, compare } from './pytorch.js'
import { CLIP_NORM, HELD_OUT, type Job, LR, taskOf } from './recipe.js'
import { type Group, groupsOf, isAccuracy, lastOf, meanCurve, reached } from './summary.js'
import type { Task } from './task.js'
import type { Training } from './train.js'

const WIDTH = 64
/** What counts as recalled. */
const RECALLED = 0.99
/** Rows of a comparison. */
const ROWS = 15

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const show = ({ unit }: Task, value: number): string =>
  unit === 'accuracy' ? percent(value) : value.toFixed(5)

/** What is about to be trained. */
export function describeStart(jobs: readonly Job[], backend: BackendInfo): string {
  const titles = [...new Set(jobs.map((job) => taskOf(job).title))]
  const seeds = [...new Set(jobs.map(({ seed }) => seed))]
  return facts('Learned memory', [
    ...titles.map((title, i): [string, string] => [i === 0 ? 'tasks' : '', title]),
    ['networks', `${HIDDEN} hidden, Adam at ${LR}, gradients clipped at ${CLIP_NORM}; every batch is new`],
    ['measured', `on ${count(HELD_OUT)} other sequences`],
    ['seeds', seeds.join(', ')],
    ...backendFacts(backend),
  ])
}

/** Everything that was found out about the tasks trained: curves, tables, PyTorch's curves where there are any. */
export function describeResults(trainings: readonly Training[]): string {
  const byTask = new Map<Task, Training[]>()
  for (const training of trainings) {
    const task = taskOf(training.job)
    byTask.set(task, [...(byTask.get(task) ?? []), training])
  }
  return [...byTask].map(([task, some]) => describeTask(task, groupsOf(some))).join('\n')
}

function describeTask(task: Task, groups: readonly Group[]): string {
  const what =
    task.unit === 'accuracy' ? 'accuracy on the recalled symbols' : 'mean squared error (logarithmic)'
  return [
    heading(`${task.title[0].toUpperCase()}${task.title.slice(1)}: ${what}`),
    plot(task, groups),
    colors.dim(`  the level line is ${chance(task)}`),
    '',
    table(task, groups),
    ...groups.flatMap((group) => describeComparison(task, group.label, compare(group.trainings))),
  ].join('\n')
}

const chance = ({ unit, chance: value }: Task): string =>
  unit === 'accuracy' ? `chance, ${percent(value)}` : `always answering 1, ${value.toFixed(3)}`

function plot(task: Task, groups: readonly Group[]): string {
  const series = groups.map(({ label, trainings }) => ({
    name: label,
    values: meanCurve(trainings.map(({ curve }) => curve)).map(([, value]) => value),
  }))
  if (task.unit === 'accuracy')
    return curves(series, WIDTH, {
      level: task.chance,
      min: 0,
      max: 1,
      format: (value) => `${(100 * value).toFixed(0)} %`.padStart(8),
    })
  const logs = series.map(({ name, values }) => ({ name, values: values.map((v) => Math.log10(v)) }))
  return curves(logs, WIDTH, {
    level: Math.log10(task.chance),
    min: Math.min(-1, Math.floor(Math.min(...logs.flatMap(({ values }) => values)))),
    max: 0,
    format: (value) => (10 ** value).toPrecision(2).padStart(8),
  })
}

function table(task: Task, groups: readonly Group[]): string {
  const many = groups.some(({ trainings }) => trainings.length > 1)
  const rows = groups.map(({ label, job, trainings }) => {
    const ends = trainings.map(({ curve }) => lastOf(curve))
    const mean = ends.reduce((a, b) => a + b) / ends.length
    const steps = trainings.map(({ curve }) => reached(curve, RECALLED))
    const seconds = trainings.reduce((sum, training) => sum + training.seconds, 0) / trainings.length
    return [
      label,
      show(task, mean),
      ...(many ? [ends.map((end) => show(task, end)).join('  ')] : []),
      show(task, task.chance),
      ...(isAccuracy(job) ? [steps.map((step) => (step === undefined ? 'no' : count(step))).join(', ')] : []),
      count(job.steps),
      duration(seconds),
    ]
  })
  const head = [
    'network',
    many ? 'mean' : task.unit,
    ...(many ? ['of each seed'] : []),
    task.unit === 'accuracy' ? 'chance' : 'guess',
    ...(task.unit === 'accuracy' ? [`${percent(RECALLED)} from step`] : []),
    'steps',
    'time',
  ]
  const [first, ...others] = columns([head, ...rows])
  return [colors.dim(first), ...others].join('\n')
}

/** What was measured here beside what PyTorch gave at the same steps; nothing where that is not known. */
function describeComparison(task: Task, label: string, { seeds, rows }: Comparison): string[] {
  if (rows.length < 2) return []
  const every = Math.ceil((rows.length - 1) / ROWS)
  const cells = rows
    .filter((_, i) => (rows.length - 1 - i) % every === 0)
    .map(({ step, ours, pytorch }) => [
      count(step),
      show(task, ours),
      show(task, pytorch),
      ...(task.unit === 'MSE' ? [(ours / pytorch).toFixed(2)] : []),
    ])
  const head = ['step', 'here', 'PyTorch', ...(task.unit === 'MSE' ? ['ratio'] : [])]
  const [first, ...others] = columns([head, ...cells])
  return [
    `\n  ${colors.bold(label)} beside PyTorch, same weights, same batches${seeds > 1 ? `, mean of ${seeds} seeds` : ''}`,
    colors.dim(first),
    ...others,
  ]
}

/** Left-justified first column, the others right-justified, two spaces between. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  return rows.map(
    (row) =>
      `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`,
  )
}
