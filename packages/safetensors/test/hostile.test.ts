import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FormatError, reference, tensor } from '@core/tensor'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deserialize, serialize } from '../src/index.js'
import { loadContents, loadHeader } from '../src/node.js'
import { fileOf } from './files.js'

const backend = reference()
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Reads a file in memory and from the disk; whether it was refused, which both must agree on. */
async function refused(bytes: Uint8Array): Promise<boolean> {
  let inMemory = false
  try {
    deserialize(bytes, { backend })
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    inMemory = true
  }
  const path = join(folder, 'a.safetensors')
  await writeFile(path, bytes)
  const onDisk = await loadContents(path, { backend }).then(
    () => false,
    (error: unknown) => {
      if (!(error instanceof FormatError) || !error.message.startsWith(path)) throw error
      return true
    },
  )
  expect(onDisk).toBe(inMemory)
  return inMemory
}

const MB = 2 ** 20
const whole = serialize(
  {
    'gru.weight_ih_l0': tensor(new Float32Array(96), { shape: [12, 8], backend }),
    double: tensor(new Float64Array(9), { backend }),
    mask: tensor([true, false, true], { backend }),
    steps: tensor(Int32Array.of(1, -1), { backend }),
  },
  { metadata: { checkpoint: '{"version":1}' }, int64: ['steps'] },
)

describe('damaged files', () => {
  test('cut off at any place, or longer than they say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (length) => {
        expect(await refused(whole.slice(0, length))).toBe(true)
      }),
      { numRuns: 100 },
    )
    expect(await refused(Uint8Array.from([...whole, 0]))).toBe(true)
    expect(await refused(whole)).toBe(false)
  })

  test('with bits flipped: read or refused with a FormatError, the same in memory and from the disk', async () => {
    const bits = fc.array(fc.nat({ max: whole.length * 8 - 1 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(bits, async (flips) => {
        const bytes = whole.slice()
        for (const bit of flips) bytes[bit >> 3]! ^= 1 << (bit & 7)
        await refused(bytes)
      }),
      { numRuns: 300 },
    )
  })
})

describe('files that claim what they do not have', () => {
  const claim = (fields: object) =>
    fileOf({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } }, new Uint8Array(8))
  const length = (bytes: number) => {
    const file = fileOf('{}')
    new DataView(file.buffer).setBigUint64(0, BigInt(bytes), true)
    return file
  }
  const CLAIMS: [string, Uint8Array][] = [
    ['a header of the longest length', length(100_000_000)],
    ['a header of 4 GB', length(2 ** 32)],
    ['a tensor of 4 GB', claim({ shape: [2 ** 30], data_offsets: [0, 2 ** 32] })],
    ['a tensor of 8 PB', claim({ shape: [2 ** 51], data_offsets: [0, 2 ** 53] })],
    ['a large shape over few bytes', claim({ shape: [2 ** 20, 2 ** 20] })],
    ['a range far behind the data', claim({ data_offsets: [2 ** 40, 2 ** 40 + 8] })],
    ['half of a large tensor', claim({ dtype: 'F16', shape: [2 ** 31], data_offsets: [0, 2 ** 32] })],
  ]

  test.each(CLAIMS)('%s: refused before memory is taken for it', async (_, bytes) => {
    const before = process.memoryUsage().arrayBuffers
    expect(await refused(bytes)).toBe(true)
    await expect(loadHeader(join(folder, 'a.safetensors'))).rejects.toThrow(FormatError)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MB)
  })

  test('an empty tensor of any size takes none', async () => {
    const bytes = fileOf({ w: { dtype: 'F32', shape: [2 ** 40, 0], data_offsets: [0, 0] } })
    expect(await refused(bytes)).toBe(false)
    expect(deserialize(bytes).w!.shape).toEqual([2 ** 40, 0])
  })
})
