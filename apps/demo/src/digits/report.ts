import type { BackendInfo } from '@core/tensor'
import type { Module } from '@nn/module'
import colors from 'picocolors'
import { backendFacts, facts, heading } from '../terminal/facts.js'
import { count, duration } from '../terminal/format.js'
import { type Confusion, mistakes, recalls, score } from './confusion.js'
import { type Digits, PIXELS, type Split } from './data.js'
import { gallery } from './drawing.js'
import type { Reading } from './model.js'
import type { Recipe } from './recipe.js'
import type { Training } from './train.js'

/** How many wrongly read digits are drawn. */
const DRAWN = 6

const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`)

/** What is about to be trained, on what. */
export function describeStart(model: Module, split: Split, recipe: Recipe, backend: BackendInfo): string {
  let size = 0
  for (const parameter of model.parameters()) size += parameter.size
  const { training, heldOut } = split
  return facts('Handwritten digits', [
    [
      'digits',
      `${count(training.labels.length)} of MNIST to train on, ${count(heldOut.labels.length)} held out`,
    ],
    ['model', `Conv 5×5×6 → pool → Conv 5×5×16 → pool → Linear 120 → 84 → 10: ${count(size)} parameters`],
    [
      'training',
      `${count(recipe.steps)} steps of ${count(recipe.batch)}, SGD with momentum ${recipe.momentum}, weight decay ${recipe.weightDecay}`,
    ],
    ...backendFacts(backend),
    ['seed', String(recipe.seed)],
  ])
}

/** How many held-out digits are read rightly. */
function describeAccuracy(when: string, confusion: Confusion): string {
  const { right, of } = score(confusion)
  return `  ${when.padEnd(18)}${percent(right / of).padStart(7)}  ${count(right)} of ${count(of)}`
}

/** The accuracy before and after, and how long it took. */
export function describeResult(before: Confusion, after: Confusion, training: Training): string {
  const { steps, seconds, cpuSeconds } = training
  return [
    heading('Held-out digits read rightly'),
    describeAccuracy('model, untrained', before),
    colors.bold(describeAccuracy('model, trained', after)),
    colors.dim(`  ${count(steps)} steps in ${duration(seconds)} (${duration(cpuSeconds)} of processor time)`),
  ].join('\n')
}

/** The matrix, what is right in green and what is not in red, with the share that is right at the end of each row. */
export function describeConfusion(confusion: Confusion): string {
  const width = 5
  const shares = recalls(confusion)
  const cell = (times: number, row: number, column: number) => {
    if (times === 0) return colors.dim('·'.padStart(width))
    const text = count(times).padStart(width)
    return row === column ? colors.green(text) : colors.red(text)
  }
  const head = confusion.map((_, digit) => String(digit).padStart(width)).join('')
  const most = mistakes(confusion).slice(0, 3)
  return [
    heading('Confusion matrix'),
    `  ${colors.dim('is ╲ read as')}${colors.bold(head)}   ${colors.dim('right')}`,
    ...confusion.map(
      (row, i) =>
        `  ${colors.bold(String(i).padStart(12))}${row.map((times, j) => cell(times, i, j)).join('')}  ${percent(shares[i]).padStart(7)}`,
    ),
    ...(most.length > 0
      ? [
          colors.dim(
            `  most often: ${most.map(({ label, read, times }) => `${label} as ${read} (${count(times)})`).join(', ')}`,
          ),
        ]
      : []),
  ].join('\n')
}

/** Those of the wrongly read digits that the model was surest about. */
export function describeMistakes(
  { images, labels }: Digits,
  readings: readonly Reading[],
  columns: number,
): string {
  const wrong = readings
    .map((reading, i) => ({ ...reading, i, is: labels[i] }))
    .filter(({ label, is }) => label !== is)
    .sort((a, b) => b.probability - a.probability || a.i - b.i)
  if (wrong.length === 0) return `${heading('Every held-out digit was read rightly.')}`
  const items = wrong.slice(0, DRAWN).map(({ label, is, probability, i }) => ({
    captions: [`is ${is}, read as ${label}`, `(${Math.floor(100 * probability)} % sure)`],
    image: images.subarray(i * PIXELS, (i + 1) * PIXELS),
  }))
  const title = `Read wrongly, ${items.length < wrong.length ? `the ${items.length} surest of ${count(wrong.length)}` : 'all of them'}`
  return `${heading(title)}\n${gallery(items, columns)}`
}
