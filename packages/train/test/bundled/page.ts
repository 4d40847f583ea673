// A page as a bundler makes it: trains in a worker and in the page, and leaves the weights for the test to compare.
import { trainInWorker } from '@nn/train'
import { train } from '../training.worker.js'

const args = { what: 'train', steps: 40 } as const
const worker = new Worker(new URL('../training.entry.ts', import.meta.url), { type: 'module' })
const context = { progress: async () => {}, signal: new AbortController().signal }

async function both() {
  const there = await trainInWorker<typeof train>(worker, args)
  const here = await train(args, context)
  return [there, here].map(({ weights }) => Object.values(weights).flatMap((t) => [...t.dataSync()]))
}

Object.assign(globalThis, { outcome: both() })
