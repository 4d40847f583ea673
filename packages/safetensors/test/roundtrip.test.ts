import { FormatError, reference, type Tensor, type TypedArray, tensor } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deserialize, readHeader, serialize, serializeAsync } from '../src/index.js'

const backend = reference()
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const VALUES = {
  float32: fc.float({ noNaN: false }),
  float64: fc.double({ noNaN: false }),
  int32,
  bool: fc.constantFrom(0, 1),
} as const
type DType = keyof typeof VALUES
const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const

const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool'),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  )
  .chain(([dtype, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return fc
      .array(VALUES[dtype], { minLength: size, maxLength: size })
      .map((values) => tensor(ARRAYS[dtype].from(values) as TypedArray, { shape, dtype, backend }))
  })

const name = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((text) => text !== '__proto__' && text !== '__metadata__')
const anyTensors = fc.uniqueArray(fc.tuple(name, anyTensor), { selector: ([n]) => n, maxLength: 6 })
const anyMetadata = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__'),
  fc.string({ unit: 'binary' }),
  { maxKeys: 3 },
)

describe('round trip', () => {
  test('names, shapes, dtypes and values come back', async () => {
    await fc.assert(
      fc.asyncProperty(anyTensors, anyMetadata, async (tensors, metadata) => {
        const bytes = serialize(tensors, { metadata })
        expect(bytes).toEqual(await serializeAsync(tensors.toReversed(), { metadata }))
        const read = deserialize(bytes, { backend })
        expect(Object.keys(read).length).toBe(tensors.length)
        for (const [key, written] of tensors) {
          expect(read[key]!.shape).toEqual(written.shape)
          expect(read[key]!.dtype).toBe(written.dtype)
          expect(read[key]!.dataSync()).toEqual(written.dataSync())
        }
        expect({ ...readHeader(bytes).metadata }).toEqual({ ...metadata })
        expect(serialize(read, { metadata })).toEqual(bytes)
      }),
      { numRuns: 300 },
    )
  })

  test('data begins at a multiple of 8 and each tensor at one of its width', () => {
    const WIDTH: Record<string, number> = { F64: 8, F32: 4, I32: 4, BOOL: 1 }
    fc.assert(
      fc.property(anyTensors, (tensors) => {
        const header = readHeader(serialize(tensors))
        expect(header.dataStart % 8).toBe(0)
        for (const { dtype, begin } of header.tensors) expect(begin % WIDTH[dtype]!).toBe(0)
      }),
    )
  })

  test('every int32 survives as I64', () => {
    fc.assert(
      fc.property(fc.array(int32), (values) => {
        const bytes = serialize({ n: tensor(Int32Array.from(values)) }, { int64: ['n'] })
        expect(readHeader(bytes).tensors[0]!.dtype).toBe('I64')
        expect(deserialize(bytes).n!.dataSync()).toEqual(Int32Array.from(values))
      }),
    )
  })

  test('what is written are the values of the moment of the call', async () => {
    const w = tensor([1, 2, 3])
    const bytes = serializeAsync({ w })
    assign(w, tensor([7, 8, 9]))
    expect(deserialize(await bytes).w!.dataSync()).toEqual(Float32Array.of(1, 2, 3))
  })
})

describe('damage', () => {
  const whole = serialize(
    {
      'layer.weight': tensor(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { backend },
      ),
      double: tensor(Float64Array.of(1, 2), { backend }),
      mask: tensor([true, false, true], { backend }),
      steps: tensor(Int32Array.of(1, -1), { backend }),
    },
    { metadata: { format: 'pt' }, int64: ['steps'] },
  )
  const readsOrRefuses = (bytes: Uint8Array) => {
    try {
      deserialize(bytes, { backend })
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
    }
  }

  test('a file cut off anywhere is refused', () => {
    for (let length = 0; length < whole.length; length++)
      expect(() => deserialize(whole.subarray(0, length), { backend }), `at ${length}`).toThrow(FormatError)
  })

  test('a file with anything behind it is refused', () => {
    const longer = new Uint8Array(whole.length + 1)
    longer.set(whole)
    expect(() => deserialize(longer, { backend })).toThrow(FormatError)
  })

  test('any one byte changed: it is read or refused, nothing else', () => {
    const bytes = whole.slice()
    for (let at = 0; at < whole.length; at++) {
      for (const value of [
        0,
        0x20,
        0x22,
        0x2c,
        0x30,
        0x39,
        0x5b,
        0x5c,
        0x5d,
        0x7b,
        0x7d,
        0xff,
        whole[at]! ^ 1,
      ]) {
        bytes[at] = value
        readsOrRefuses(bytes)
      }
      bytes[at] = whole[at]!
    }
  })

  test('several bytes changed, cut out or put in: it is read or refused, nothing else', () => {
    const edit = fc.tuple(
      fc.nat({ max: whole.length - 1 }),
      fc.nat({ max: 3 }),
      fc.uint8Array({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let bytes = Array.from(whole)
        for (const [at, removed, added] of edits) bytes = bytes.toSpliced(at, removed, ...added)
        readsOrRefuses(Uint8Array.from(bytes))
      }),
      { numRuns: 3000 },
    )
  })

  test('any JSON as a header: it is read or refused, nothing else', () => {
    const part = fc.oneof(
      fc.record({
        dtype: fc.constantFrom('F32', 'I64', 'BOOL', 'X', 'toString'),
        shape: fc.array(fc.oneof(fc.nat({ max: 3 }), fc.maxSafeInteger(), fc.double())),
        data_offsets: fc.array(fc.nat({ max: 16 }), { minLength: 1, maxLength: 3 }),
      }),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.string(), part), fc.uint8Array({ maxLength: 16 }), (header, data) => {
        const json = new TextEncoder().encode(JSON.stringify(header))
        const bytes = new Uint8Array(8 + json.length + data.length)
        new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
        bytes.set(json, 8)
        bytes.set(data, 8 + json.length)
        readsOrRefuses(bytes)
      }),
      { numRuns: 2000 },
    )
  })
})
