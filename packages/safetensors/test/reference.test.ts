import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FormatError, reference, type Tensor } from '@core/tensor'
import { describe, expect, test } from 'vitest'
import { deserialize, readHeader, serialize, serializeAsync } from '../src/index.js'
import { loadFile } from '../src/node.js'

// Made by tools/fixtures/safetensors_fixture.py with the reference implementation.
const path = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const bytesOf = (name: string) => new Uint8Array(readFileSync(path(name)))

interface Expected {
  metadata: Record<string, string>
  tensors: Record<string, { dtype: string; shape: number[]; values: (number | string)[] }>
}
const expected: Expected = JSON.parse(readFileSync(path('expected.json'), 'utf8'))

const DTYPES: Record<string, string> = { F64: 'float64', I64: 'int32', I32: 'int32', BOOL: 'bool' }
const backend = reference()

function compare(tensors: Record<string, Tensor>): void {
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected.tensors).sort())
  for (const [name, { dtype, shape, values }] of Object.entries(expected.tensors)) {
    const found = tensors[name]!
    expect(found.shape, name).toEqual(shape)
    expect(found.dtype, name).toBe(DTYPES[dtype] ?? 'float32')
    expect(Array.from(found.dataSync()), name).toEqual(values.map(Number))
  }
}

describe('what the reference implementation wrote', () => {
  test('is read to the last value, from bytes and from a file', async () => {
    compare(deserialize(bytesOf('reference.safetensors'), { backend }))
    compare(await loadFile(path('reference.safetensors'), { backend }))
  })

  test('has its metadata and a header in the order of the data', () => {
    const { metadata, tensors } = readHeader(bytesOf('reference.safetensors'))
    expect({ ...metadata }).toEqual(expected.metadata)
    expect(tensors.map(({ dtype }) => dtype)).toEqual(
      'I64 I64 F64 F32 F32 F32 F32 I32 BF16 F16 BOOL'.split(' '),
    )
  })

  test('is read wherever it lies in memory', () => {
    const file = bytesOf('reference.safetensors')
    const moved = Buffer.alloc(file.length + 3)
    moved.set(file, 3)
    compare(deserialize(moved.subarray(3), { backend }))
    compare(deserialize(file.buffer, { backend }))
  })

  test('is written by us byte for byte, in whatever order the tensors come', async () => {
    const file = bytesOf('writable.safetensors')
    const tensors = deserialize(file, { backend })
    const reversed = new Map(Object.entries(tensors).reverse())
    const options = { metadata: { format: 'pt' } }
    expect(serialize(tensors, options)).toEqual(file)
    expect(serialize(reversed, options)).toEqual(file)
    expect(await serializeAsync(reversed, options)).toEqual(file)
  })

  test('is refused where it holds integers beyond int32', () => {
    const read = () => deserialize(bytesOf('int64-range.safetensors'))
    expect(read).toThrow(FormatError)
    expect(read).toThrow(
      'safetensors: tensor "big": the I64 value 2147483648 at index 2 does not fit into int32',
    )
  })
})
