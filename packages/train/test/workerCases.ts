// What a training in a worker must do, in Node and in the browser.
import { manualSeed, tensor } from '@core/tensor'
import { Linear } from '@nn/layers'
import { trainInWorker, type WorkerLike } from '@nn/train'
import { describe, expect, test } from 'vitest'
import { type Args, type Told, train } from './training.worker.js'

const plain = (weights: Record<string, { dataSync(): ArrayLike<number> }>) =>
  Object.fromEntries(Object.entries(weights).map(([name, t]) => [name, Array.from(t.dataSync())]))
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

/** The tests, for a way to start a worker. */
export function workerCases(start: () => WorkerLike): void {
  const run = (args: Args, options = {}) => trainInWorker<typeof train>(start(), args, options)

  /** The same in this process. */
  async function here(args: Args) {
    const told: Told[] = []
    const progress = async (value: Told) => void told.push({ ...value, bias: value.bias.detach().clone() })
    return { told, ...(await train(args, { progress, signal: new AbortController().signal })) }
  }

  test('gives the bits of the training in this process: weights, losses, what is told', async () => {
    const told: Told[] = []
    const args = { what: 'train', steps: 60 } as const
    const there = await run(args, { onProgress: (value: Told) => told.push(value) })
    const wanted = await here(args)
    expect(plain(there.weights)).toEqual(plain(wanted.weights))
    expect(there.result).toEqual(wanted.result)
    const flat = ({ step, loss, bias }: Told) => [step, loss, ...bias.dataSync()]
    expect(told.map(flat)).toEqual(wanted.told.map(flat))
    expect(told).toHaveLength(6)
    manualSeed(99)
    expect(plain((await run({ ...args, seed: 2 })).weights)).not.toEqual(plain(there.weights))
  })

  test('weights go both ways, in a worker that is kept; then it can be used again', async () => {
    const worker = start()
    const first = await trainInWorker<typeof train>(worker, { what: 'train', steps: 5 }, { keep: true })
    const before = plain(first.weights)
    const args = { what: 'train', steps: 7, weights: first.weights } as const
    const second = await trainInWorker<typeof train>(worker, args)
    expect(plain(second.weights)).toEqual(plain((await here(args)).weights))
    expect(plain(first.weights)).toEqual(before) // what was sent is still here
  })

  test('plain data, typed arrays, maps and tied tensors arrive as they were sent', async () => {
    const tied = tensor([[1, 2]], { dtype: 'int32' })
    const circle: Record<string, unknown> = { list: [tied, tied], map: new Map([['t', tied]]) }
    circle.self = circle
    const value = { circle, bytes: Uint8Array.of(1, 2), when: new Date(5), nothing: undefined, big: 2n }
    const { echo } = await run({ what: 'train', steps: 1, value })
    const back = echo as typeof value & { circle: { list: (typeof tied)[]; map: Map<string, typeof tied> } }
    expect(back.circle.self).toBe(back.circle)
    expect(back.circle.list[0]!.toArraySync()).toEqual([[1, 2]])
    expect(back.circle.list[0]!.dtype).toBe('int32')
    expect(back.circle.list[1]).toBe(back.circle.list[0])
    expect(back.circle.map.get('t')).toBe(back.circle.list[0])
    expect([back.bytes, back.when, back.nothing, back.big]).toEqual([value.bytes, value.when, undefined, 2n])
  })

  test('the signal ends it after the step at work, and what was reached comes back', async () => {
    const controller = new AbortController()
    const onProgress = ({ step }: Told) => (step >= 20 ? controller.abort() : undefined)
    const { result, weights } = await run({ what: 'endless' }, { onProgress, signal: controller.signal })
    expect(result.stopped).toBe('aborted')
    expect(result.steps).toBeGreaterThanOrEqual(20)
    expect(plain(weights)).toEqual(plain((await here({ what: 'train', steps: result.steps })).weights))
  })

  test('a signal given before: no step', async () => {
    const { result } = await run({ what: 'endless' }, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ steps: 0, stopped: 'aborted' })
  })

  describe('errors come back as what they were', () => {
    test.each([
      ['shape', { name: 'ShapeError', code: 'ERR_SHAPE', message: expect.stringMatching(/\[2\].*\[3\]/s) }],
      ['diverge', { name: 'DivergenceError', code: 'ERR_DIVERGED', step: 1, parameter: null }],
      ['type', { name: 'TypeError', message: 'not like this' }],
      ['own', { name: 'OptionError', code: 'ERR_OPTION', message: 'mine', path: 'a.b', extra: 7 }],
      [
        'unsendable',
        { name: 'OptionError', message: expect.stringMatching(/the result.model.*Sequential.*stateDict/) },
      ],
    ] as const)('%s', async (what, wanted) => {
      const error = await caught(run({ what, steps: 1 }))
      expect(error).toBeInstanceOf(Error)
      expect(error).toMatchObject(wanted)
      expect((error as Error).stack).toContain((error as Error).name)
    })
  })

  describe('a worker that dies ends the wait', () => {
    test('by an error outside of the training', async () => {
      expect(await caught(run({ what: 'later' }))).toMatchObject({ message: expect.stringMatching(/JSON/) })
    })

    test.each(['busy', 'endless'] as const)(
      'terminated while it is %s, which leaves this thread free',
      async (what) => {
        const worker = start()
        const onProgress = () => void setTimeout(() => void worker.terminate(), 20)
        const wait = caught(trainInWorker<typeof train>(worker, { what }, { onProgress }))
        expect(await wait).toMatchObject({
          message: expect.stringMatching(/^trainInWorker: the worker (ended|was terminated)/),
        })
      },
    )

    test('or that cannot start within its time', async () => {
      const mute = {
        postMessage: () => {},
        terminate: () => {},
        addEventListener: () => {},
        removeEventListener: () => {},
      }
      expect(await caught(trainInWorker(mute, {}, { timeout: 0.05 }))).toMatchObject({
        message: expect.stringMatching(
          /did not start within 0.05 seconds; does its file call exposeTraining\?/,
        ),
      })
    })
  })

  test.each([
    ['a function', { a: [{ loss: () => 1 }] }, /args.a\[0\].loss is a function.*worker's file/],
    ['a symbol', { s: Symbol('x') }, /args.s is a symbol/],
    ['a module', { net: new Linear(1, 1) }, /args.net is an object of class Linear.*stateDict\(\)/],
    ['a function in a map', new Map([['f', () => 1]]), /args.get\(f\) is a function/],
  ])('%s in the arguments is refused before anything is sent', async (_, value, message) => {
    let sent = 0
    const worker = {
      postMessage: () => sent++,
      terminate: () => {},
      addEventListener: () => {},
      removeEventListener: () => {},
    }
    const error = await caught(trainInWorker(worker, value))
    expect(error).toMatchObject({ code: 'ERR_OPTION', message: expect.stringMatching(message) })
    expect(sent).toBe(0)
  })

  test('what onProgress throws ends it', async () => {
    const onProgress = () => {
      throw new RangeError('enough')
    }
    expect(await caught(run({ what: 'endless' }, { onProgress }))).toMatchObject({ message: 'enough' })
  })

  test.each([
    [null, {}, /expected a worker, as in new Worker/],
    [undefined, { timeout: 0 }, /timeout/],
    [undefined, { signal: new AbortController() }, /pass its signal/],
    [undefined, { onprogress: 1 }, /'onprogress'/],
  ])('options that are not allowed', async (worker, options, message) => {
    const given = worker === undefined ? { postMessage: () => {}, terminate: () => {} } : worker
    expect(await caught(trainInWorker(given as WorkerLike, {}, options as object))).toMatchObject({
      message: expect.stringMatching(message),
    })
  })
}
