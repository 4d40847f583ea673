import type { BackendInfo } from '@core/tensor'
import colors from 'picocolors'
import { readable } from '../paths.js'
import { chart } from '../terminal/chart.js'
import { backendFacts, facts, heading } from '../terminal/facts.js'
import { count, duration, indented, nats, perplexity, printable } from '../terminal/format.js'
import type { Baseline } from './baseline.js'
import type { Plan } from './plan.js'
import type { Training } from './train.js'

/** What is about to be trained, on what. */
export function describePlan(plan: Plan, backend: BackendInfo, cwd: string): string {
  const { corpus, model, stepsBefore } = plan
  const { cell, embedding, hidden, vocabulary } = model.config
  let size = 0
  for (const parameter of model.parameters()) size += parameter.size
  const total = corpus.training.length + corpus.heldOut.length
  return facts('Character language model', [
    [
      'text',
      `${corpus.text.title}: ${count(total)} characters, ${vocabulary} distinct; last ${count(corpus.heldOut.length)} held out`,
    ],
    [
      'model',
      `Embedding ${embedding} → ${cell.toUpperCase()} ${hidden} → Linear ${vocabulary}: ${count(size)} parameters`,
    ],
    ...backendFacts(backend),
    ['seed', String(plan.seed)],
    ['weights', readable(plan.out, cwd)],
    ...(stepsBefore > 0 ? ([['resumed', `after ${count(stepsBefore)} steps`]] as const) : []),
  ])
}

/** Drawn text behind the prompt it continues. */
export function describeSample(title: string, prompt: string, text: string): string {
  return `${heading(title)}\n${indented(colors.dim(printable(prompt)) + printable(text))}`
}

/** Losses on the held-out text, best last, and how the training went. */
export function describeResult(training: Training, baseline: Baseline, stepsBefore: number): string {
  const first = training.validations[0].loss
  const last = training.validations[training.validations.length - 1].loss
  const rows: [string, number][] = [
    [stepsBefore > 0 ? 'model, before' : 'model, untrained', first],
    ['bigram counts', baseline.bigram],
    ['trigram counts', baseline.trigram],
    ['model, trained', last],
  ]
  const table = rows.map(([name, loss]) => {
    const line = `  ${name.padEnd(18)}${nats(loss).padStart(7)} nats per character  perplexity ${perplexity(loss)}`
    return name === 'model, trained' ? colors.bold(line) : line
  })
  const between = training.validations.map(({ step, loss }) => `${nats(loss)} (${count(step)})`).join(' → ')
  const difference = baseline.trigram - last
  return [
    heading('Loss on the held-out text'),
    ...table,
    `  ${colors.dim(`over the steps: ${between}`)}`,
    difference > 0
      ? `  ${colors.green(`The model beats the trigram counts by ${nats(difference)} nats.`)}`
      : `  ${colors.yellow('The trigram counts are still ahead: train longer.')}`,
  ].join('\n')
}

/** The training loss as a curve, the trigram model as a level. */
export function describeCurve(training: Training, baseline: Baseline): string {
  const { losses, seconds } = training
  return [
    heading('Training loss'),
    chart(losses, baseline.trigram, 64),
    colors.dim(
      `  ${count(losses.length)} steps in ${duration(seconds)}; the level line is the trigram model`,
    ),
  ].join('\n')
}
