import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inflate } from '../src/backends/wasm/inflate.js'
import { loadBuild } from '../src/backends/wasm/load.js'

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

/** Every way in which deflate may write the same bytes. */
const WAYS = [
  { level: 0 }, // stored
  { level: 1 },
  { level: 9 },
  { level: 9, strategy: constants.Z_FIXED },
  { level: 9, strategy: constants.Z_HUFFMAN_ONLY },
  { level: 9, strategy: constants.Z_RLE },
  { level: 6, windowBits: 9, memLevel: 1 }, // many short blocks
]

function expectBack(bytes: Uint8Array): void {
  for (const way of WAYS)
    expect(
      same(inflate(deflateRawSync(bytes, way)), bytes),
      `${bytes.length} bytes, ${JSON.stringify(way)}`,
    ).toBe(true)
}

test('undoes what zlib deflates, in all its ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => expectBack(bytes)),
    { numRuns: 100 },
  )
})

test('repeated stretches of any length, from any distance', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 400 })), {
        minLength: 1,
        maxLength: 20,
      }),
      (stretches) =>
        expectBack(
          Uint8Array.from(
            stretches.flatMap(([bytes, times]) =>
              Array(times)
                .fill([...bytes])
                .flat(),
            ),
          ),
        ),
    ),
    { numRuns: 40 },
  )
})

test('nothing, one byte, the longest match, the longest distance, and more than a stored block holds', () => {
  const noise = Uint8Array.from({ length: 32768 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24)
  for (const bytes of [
    new Uint8Array(0),
    Uint8Array.of(7),
    new Uint8Array(259).fill(1),
    Uint8Array.from([...noise, ...noise.subarray(0, 300)]),
    new Uint8Array(150_000).map((_, i) => (i * i) >> 7),
  ])
    expectBack(bytes)
})

test('the kernels', async () => {
  for (const build of ['simd', 'relaxed', 'wide'] as const) {
    const deflated = Buffer.from(await loadBuild(build), 'base64')
    expect(same(inflate(deflated), inflateRawSync(deflated))).toBe(true)
  }
})

test('damaged bytes are an error, not a loop', () => {
  expect(() => inflate(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toThrow(RangeError)
  expect(() => inflate(new Uint8Array(0))).toThrow(RangeError)
})
