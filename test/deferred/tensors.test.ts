import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { deserialize, serialize, serializeAsync } from '@core/safetensors'
import { loadFile, saveFile } from '@core/safetensors/node'
import {
  BackendError,
  bernoulli,
  compile,
  embedding,
  Generator,
  multinomial,
  Parameter,
  rand,
  randint,
  randn,
  randperm,
  reference,
  repeatInterleave,
  setBackend,
  type Tensor,
  tensor,
  wasm,
  zeros,
} from '@core/tensor'
import { assign, isTensor, readNow } from '@core/tensor/extend'
import * as data from '@nn/data'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { deferred } from './backend.js'
import { alike } from './support.js'

const backend = deferred()
beforeEach(() => setBackend(backend))

const near = () => tensor([1, 2, 3])
const far = () => near().mul(1)
const farIds = (...values: number[]) => tensor(values, { dtype: 'int32' }).add(0)
const only = 'are only on the deferred backend, which cannot be read at once'

/** What throws, and what its message must say. */
function refuses(work: () => unknown, ...parts: readonly string[]): void {
  let found: unknown
  try {
    work()
  } catch (error) {
    found = error
  }
  expect(found).toBeInstanceOf(BackendError)
  for (const part of parts) expect((found as Error).message).toContain(part)
}

describe('tensors', () => {
  test('what comes from the host can be read at once, what was computed cannot', async () => {
    expect(near().dataSync()).toEqual(Float32Array.of(1, 2, 3))
    expect(readNow(far())).toBe(null)
    refuses(() => far().toArraySync(), 'await tensor.data()')
    expect(await far().toArray()).toEqual([1, 2, 3])
    expect(await far().sum().item()).toBe(6)
  })

  test('are shown without their values', () => {
    for (const text of [String(far()), inspect(far())])
      expect(text).toBe('Tensor [3] float32 (on deferred; await data() for its values)')
    expect(String(near())).toContain('[1, 2, 3]')
    const lost = deferred()
    const x = tensor([1], { backend: lost })
    lost.peek = () => {
      throw new BackendError('the device was lost')
    }
    expect(String(x)).toBe('Tensor [1] float32 (on deferred; await data() for its values)')
  })

  test('to another backend, at once where it can be, else by toAsync', async () => {
    expect(near().to(reference()).dataSync()).toEqual(Float32Array.of(1, 2, 3))
    refuses(
      () => far().to(reference()),
      'to: the values of the input [3]',
      only,
      'use await tensor.toAsync(backend)',
    )
    const x = far()
    const moved = await x.toAsync(reference())
    expect(moved.backend).toBe(reference())
    expect(moved.dataSync()).toEqual(Float32Array.of(1, 2, 3))
    expect(await x.toAsync(backend)).toBe(x)
    const back = await moved.toAsync(backend)
    expect(await back.mul(2).toArray()).toEqual([2, 4, 6])
    await expect(far().toAsync({} as never)).rejects.toThrow(/toAsync/)
    await expect(moved.cast('float64').toAsync(backend)).rejects.toThrow(/float64/)
  })

  test('toAsync gives the values of the moment of the call', async () => {
    const p = new Parameter(zeros([2]))
    const before = p.toAsync(reference())
    assign(p, tensor([1, 2]))
    expect((await before).dataSync()).toEqual(Float32Array.of(0, 0))
  })

  test('assign from another backend', async () => {
    const p = new Parameter(zeros([3]))
    assign(p, tensor([4, 5, 6], { backend: reference() }))
    expect(await p.toArray()).toEqual([4, 5, 6])
    const q = new Parameter(zeros([3], { backend: reference() }))
    refuses(() => assign(q, far()), 'assign: the values of the values [3]', only, 'toAsync(reference())')
    expect(q.dataSync()).toEqual(Float32Array.of(0, 0, 0))
  })

  test('repetitions decide about a shape, so they must be readable', async () => {
    const x = far()
    expect(await repeatInterleave(x, tensor([2, 0, 1], { dtype: 'int32' })).toArray()).toEqual([1, 1, 3])
    refuses(
      () => repeatInterleave(x, farIds(2, 0, 1)),
      'repeatInterleave: the values of the repetitions [3]',
      'pass a list: Array.from(await repeats.data())',
    )
  })

  test('draws', () =>
    alike(() => {
      const p = rand([3, 4])
      return {
        coins: bernoulli(p),
        one: multinomial(p, 2),
        many: multinomial(p, 6, { replacement: true }),
        dice: randint([5], 1, 7),
        order: randperm(6, { generator: new Generator(2) }),
      }
    }))

  test('compile runs steps as they are where there is nothing to load them into', async () => {
    const total = new Parameter(zeros([2]))
    const step = compile(
      (x: Tensor) => {
        assign(total, total.detach().add(x))
        return total.detach().sum()
      },
      { check: 2 },
    )
    for (let i = 0; i < 4; i++) step(tensor([1, 2]))
    expect(await total.toArray()).toEqual([4, 8])
  })
})

/** A wasm backend whose kernels' results can only be waited for, as a backend that replays on a GPU would be. */
async function replaying() {
  const inner = await wasm({ build: 'simd' }).start()
  const { readSync, peek, load } = inner
  let own = false // a replay reads where its arguments lie
  const away = ({ cell }: Parameters<typeof peek>[0]) => !own && !cell.home && cell.resident !== null
  inner.load = (...args) => {
    const program = load!.apply(inner, args)
    const { replay } = program
    program.replay = (...given) => {
      own = true
      try {
        return replay.apply(program, given)
      } finally {
        own = false
      }
    }
    return program
  }
  inner.readSync = function (storage) {
    if (away(storage)) throw new BackendError('cannot be read at once')
    return readSync.call(this, storage)
  }
  inner.peek = function (storage) {
    return away(storage) ? null : peek.call(this, storage)
  }
  return inner
}

describe('compiled steps, where arguments cannot be looked at', () => {
  test('are replayed', async () => {
    await setBackend(await replaying())
    const table = new Parameter(randn([400, 3]))
    let runs = 0
    const step = compile((index: Tensor) => {
      runs++
      return embedding(table, index).sum()
    })
    const big = (seed: number) =>
      tensor(
        Array.from({ length: 300 }, (_, i) => (i * seed) % 400),
        { dtype: 'int32' },
      )
    const values: number[] = []
    for (let i = 1; i <= 6; i++) values.push(await step(i % 2 ? big(i) : big(i).add(0)).item())
    expect(runs).toBeLessThan(6)
    expect(new Set(values).size).toBe(6)
  })

  test('check says that it cannot compare', async () => {
    await setBackend(await replaying())
    const weight = new Parameter(randn([300, 2]))
    const step = compile((x: Tensor) => weight.detach().mul(x), { check: 1 })
    const x = randn([300, 2])
    step(x)
    step(x)
    expect(() => step(x)).toThrow(
      /compile: check compares values at once, which the wasm backend cannot read/,
    )
  })
})

describe('safetensors', () => {
  test('serialize names serializeAsync', async () => {
    const tensors = { near: near(), far: far() }
    refuses(() => serialize(tensors), 'serialize: the values of', only, 'use await serializeAsync(…)')
    const bytes = await serializeAsync(tensors)
    expect(deserialize(bytes).far!.dataSync()).toEqual(Float32Array.of(1, 2, 3))
    expect(serialize({ near: near() }).length).toBeGreaterThan(0)
  })

  test('files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deferred-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'x.safetensors')
    await saveFile(path, { far: far() })
    expect(await (await loadFile(path)).far!.mul(2).toArray()).toEqual([2, 4, 6])
  })
})

describe('data', () => {
  test('datasets of computed tensors wait for them, and keep the values of that moment', async () => {
    const x = new Parameter(zeros([4, 2]))
    const rows = data.tensorDataset(x, tensor([0, 1, 2, 3]))
    assign(
      x,
      tensor([
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    )
    const [first, second] = await rows.get(1)
    expect(await first.toArray()).toEqual([0, 0])
    expect(second.itemSync()).toBe(1)
    const far = data.tensorDataset(x)
    const seen: unknown[] = []
    for await (const [batch] of new data.DataLoader(far, { batchSize: 3, shuffle: true, seed: 1 }))
      seen.push(await batch.toArray())
    expect(seen.flat()).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ])
    const part = data.subset(far, [3])
    expect(await (await part.get(0))[0].toArray()).toEqual([1, 1])
    const windows = data.windowDataset(x, { inputLength: 2 })
    expect(await (await windows.get(0))[0].toArray()).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect((await windows.batch!(Int32Array.of(0, 1)))[1].shape).toEqual([2, 1, 2])
    const read = data.tensorDataset(near()).get(0)
    expect(Array.isArray(read) && isTensor(read[0])).toBe(true) // at once, where that can be
  })

  test('batches of sequences, and their parts again', () =>
    alike(async () => {
      const sequences = [randn([3, 2]), randn([1, 2])]
      const { padded, lengths } = data.padSequences(sequences)
      const items = sequences.map((x, i) => [x, tensor(i)] as const)
      const loader = new data.DataLoader(
        { length: 2, get: (i: number) => items[i]! },
        { batchSize: 2, collate: (all) => data.collatePadded(all) },
      )
      const batches: unknown[] = []
      for await (const batch of loader) batches.push(batch)
      return { padded, again: data.unpadSequences(padded, lengths), batches }
    }))

  test('what must look at values says how they are given', () => {
    refuses(
      () => new data.Standardizer().fit(far().reshape([3, 1])),
      'Standardizer',
      only,
      'await tensor.toAsync(reference())',
    )
    refuses(() => new data.MinMaxScaler().fit(far().reshape([3, 1])), 'MinMaxScaler', only)
    refuses(
      () => data.unpadSequences(zeros([2, 3]), farIds(1, 2)),
      'unpadSequences: the values of the lengths [2]',
      'pass a list: Array.from(await lengths.data())',
    )
    const examples = data.tensorDataset(near())
    refuses(
      () => data.kFold(examples, { folds: 2, stratify: farIds(0, 1, 0) }),
      'stratify',
      'pass their values: await labels.data()',
    )
  })

  test('a series is split where scalers can learn from its parts', async () => {
    const series = tensor([[1], [2], [3], [4]])
    const { train, validation } = data.splitSeries(series, { validation: 1, context: 1 })
    expect(train.toArraySync()).toEqual([[1], [2], [3]])
    expect(validation.toArraySync()).toEqual([[3], [4]])
    const computed = data.splitSeries(series.mul(2), { validation: 1 })
    expect(await computed.train.toArray()).toEqual([[2], [4], [6]])
  })
})
