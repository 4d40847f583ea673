// `node scripts/summary.mjs`: the closing line of a CI run, "N passed, M failed", counted from the runners' own reports:
// vitest's (a test each) and turbo's (a check each: lint, types, imports, docs). A report that should be there
// and is not counts as a failure, so that a runner that crashed cannot look like success.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
let passed = 0
let failed = 0

for (const file of ['reports/vitest.json', 'reports/wide.json']) {
  if (!existsSync(file)) {
    console.log(`${file} is missing`)
    failed++
    continue
  }
  const report = read(file)
  const tests = report.testResults.flatMap((result) => result.assertionResults)
  const count = (status) => tests.filter((test) => test.status === status).length
  const broken = report.testResults.filter(
    (result) =>
      result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
  )
  // Errors outside of every test fail the run without failing a test.
  const outside = !report.success && !broken.length && !count('failed') ? 1 : 0
  passed += count('passed')
  failed += count('failed') + broken.length + outside
  console.log(
    `${file}: ${count('passed')} passed, ${tests.length - count('passed') - count('failed')} skipped`,
  )
  for (const result of broken) console.log(`  could not be run: ${result.name}`)
}

const runs = existsSync('.turbo/runs')
  ? readdirSync('.turbo/runs').map((name) => read(`.turbo/runs/${name}`))
  : []
const checks = runs.flatMap((run) => run.tasks).filter((task) => task.taskId !== '//#vitest')
if (!checks.length) failed++
for (const { taskId, execution } of checks) {
  const ok = execution?.exitCode === 0
  if (ok) passed++
  else failed++
  console.log(`${taskId}: ${ok ? 'passed' : 'failed'}`)
}

console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
