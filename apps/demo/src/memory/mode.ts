import { backendInfo, setBackend, wasm } from '@core/tensor'
import type { ModeDefinition, Surroundings } from '../cli/mode.js'
import { type MemoryOptions, memoryOptions } from './options.js'
import { makeJobs } from './recipe.js'
import { describeResults, describeStart } from './report.js'
import { type Training, train } from './train.js'

export const memoryMode: ModeDefinition<typeof memoryOptions> = {
  name: 'memory',
  summary: 'Shows which cells learn to remember over 100 and 200 steps: the copy task, the adding problem.',
  options: memoryOptions,
  examples: ['memory', 'memory --task copy10 --cell lstm', 'memory --task all --seeds 3'],
  run,
}

async function run(options: MemoryOptions, { print, signal }: Surroundings): Promise<void> {
  const jobs = makeJobs(options)
  await setBackend(wasm({ wide: true }))
  print(describeStart(jobs, backendInfo()))
  print('')
  const trainings: Training[] = []
  for (const job of jobs) {
    if (signal.aborted) break
    const training = await train(job, signal)
    if (!training.stopped) trainings.push(training)
  }
  if (trainings.length > 0) print(describeResults(trainings))
  if (signal.aborted) print(`\nStopped after ${trainings.length} of ${jobs.length} trainings.`)
}
