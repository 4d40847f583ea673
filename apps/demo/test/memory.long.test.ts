import { setBackend, wasm } from '@core/tensor'
import { beforeAll, test } from 'vitest'
import { parseOptions } from '../src/cli/options.js'
import { memoryOptions } from '../src/memory/options.js'
import { makeJobs } from '../src/memory/recipe.js'
import { describeResults } from '../src/memory/report.js'
import { type Training, train } from '../src/memory/train.js'
import { claimsOfAdding, claimsOfOneSymbol, claimsOfTenSymbols } from './memory.claims.js'

/** Takes about half an hour of processor time, so it runs only when asked for: `LONG=1 npx vitest run apps/demo/test/memory.long.test.ts`. */
const long = test.runIf(process.env.LONG)

beforeAll(() => setBackend(wasm({ wide: true })))

async function trained(...args: string[]): Promise<Training[]> {
  const trainings: Training[] = []
  for (const job of makeJobs(parseOptions([...args, '--seeds', '3'], memoryOptions)))
    trainings.push(await train(job, new AbortController().signal))
  console.log(describeResults(trainings))
  return trainings
}

long('GRU and LSTM with chrono recall one symbol after 100 steps', { timeout: 3_600_000 }, async () => {
  claimsOfOneSymbol(await trained('--task', 'copy1'))
})

long('and most of ten symbols', { timeout: 7_200_000 }, async () => {
  claimsOfTenSymbols(await trained('--task', 'copy10'))
})

long('the adding problem is learned as in PyTorch', { timeout: 7_200_000 }, async () => {
  claimsOfAdding(await trained('--task', 'adding', '--init', 'chrono'))
})
