/** Workloads that share a table, so that it fits a page. */
const FAMILIES = [
  /^matmul/,
  /^(mlp|cnn)$/,
  /^(rnn|gru|lstm)/,
  /^(smallops|chain|softmax|layernorm)$/,
  /^(start|memory)$/,
]

const figure = (x) => (x >= 1000 ? String(Math.round(x)) : x.toPrecision(3))

function cell(row) {
  if (!row) return ''
  if (row.ms === undefined) return '–'
  const spread = row.spread >= 1.05 ? ` ×${row.spread.toFixed(1)}` : ''
  return `${figure(row.min)} / ${figure(row.ms)}${spread}`
}

/** The results as Markdown: a line for each side and number of threads, a column for each workload; notes below. */
export function table(results) {
  const workloads = [...new Set(results.map((row) => row.workload))]
  const tables = FAMILIES.flatMap((family) => {
    const chosen = workloads.filter((name) => family.test(name))
    return chosen.length ? [one(chosen, results), ''] : []
  })
  const legend =
    'Milliseconds a step, best / median; behind them, where it is 1.05 or more, by what factor the medians of the rounds differ.'
  return [...tables, legend, ...notes(results)].join('\n')
}

function one(workloads, results) {
  const mine = results.filter((row) => workloads.includes(row.workload))
  const key = (row) => `${row.who}, ${row.threads}`
  const sides = [...new Set(mine.map(key))]
  const unit = (name) => mine.find((row) => row.workload === name).unit
  const head = ['side, threads', ...workloads.map((name) => `${name}, ${unit(name)}`)]
  const rows = sides.map((side) => [
    side,
    ...workloads.map((name) => cell(mine.find((row) => row.workload === name && key(row) === side))),
  ])
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)))
  const line = (row) =>
    `| ${row.map((part, i) => (i ? part.padStart(widths[i]) : part.padEnd(widths[i]))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** A note that several workloads share stands once. */
function notes(results) {
  const shared = new Map()
  for (const { who, workload, threads, note } of results) {
    if (!note) continue
    const line = `${who}: ${note}`
    shared.set(line, [...(shared.get(line) ?? []), `${workload} ${threads}`])
  }
  return [...shared].map(([line, where]) => `- ${line} (${where.join(', ')})`)
}
