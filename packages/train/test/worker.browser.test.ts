import { exposeTraining, trainInWorker } from '@nn/train'
import { describe, expect, test } from 'vitest'
import { workerCases } from './workerCases.js'

describe('in a worker of the browser', () => {
  workerCases(() => new Worker(new URL('./training.entry.ts', import.meta.url), { type: 'module' }))
})

test('a file that is not there', async () => {
  const worker = new Worker(new URL('/none/none.js', location.href), { type: 'module' })
  await expect(trainInWorker(worker, {})).rejects.toThrow(/trainInWorker: the worker/)
})

test('outside of a worker there is no training to expose', () => {
  expect(() => exposeTraining(() => 0)).toThrow(/exposeTraining: this file does not run in a worker/)
})
