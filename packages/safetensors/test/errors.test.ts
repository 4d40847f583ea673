import { BackendError, FormatError, OptionError, type Tensor, tensor } from '@core/tensor'
import { describe, expect, test } from 'vitest'
import { deserialize, readHeader, type SerializeOptions, serialize } from '../src/index.js'
import { fileOf, fileOfBytes } from './files.js'

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
})
const eight = new Uint8Array(8)
const withLength = (length: bigint) => {
  const file = fileOf('{}')
  new DataView(file.buffer).setBigUint64(0, length, true)
  return file
}
const entry = (fields: object, data: ArrayLike<number> = eight) =>
  fileOf({ w: { ...f32(0, 8), ...fields } }, data)

const REFUSED: [string, Uint8Array, string][] = [
  ['an empty file', new Uint8Array(0), 'the file has 0 bytes, but must begin with 8'],
  ['less than a length', new Uint8Array(7), 'the file has 7 bytes, but must begin with 8'],
  ['a header too long', withLength(100_000_001n), 'has 100000001 bytes, above the format’s limit'],
  ['a length of 64 bits', withLength(2n ** 63n), 'above the format’s limit of 100000000'],
  ['a header too short', withLength(1n), 'has 1 bytes, but the shortest, {}, has 2'],
  [
    'a header cut off',
    withLength(40n),
    'from byte 8 to byte 47, but the file has only 10 bytes; it is cut off',
  ],
  ['something else than {', fileOf(' {}'), 'must begin with "{", but byte 8 is 0x20'],
  ['an array', fileOf('[]'), 'must begin with "{", but byte 8 is 0x5b'],
  ['broken JSON', fileOf('{"a":}'), 'the header (bytes 8 to 13) is not valid JSON'],
  ['other padding', fileOf('{}\n\n'), 'padded with something else than spaces'],
  ['text after the header', fileOf('{}x'), 'not valid JSON'],
  ['broken UTF-8', fileOfBytes(Uint8Array.of(0x7b, 0x22, 0xff, 0x22)), 'not valid UTF-8'],
  ['a byte order mark', fileOf('\ufeff{}'), 'byte 8 is 0xef'],
  [
    'a tensor twice',
    fileOf(`{"w":${JSON.stringify(f32(0, 4))},"\\u0077":${JSON.stringify(f32(0, 4))}}`, [0, 0, 0, 0]),
    'has the key "w" twice in one object, the second time at byte 62',
  ],
  [
    'a field twice',
    fileOf('{"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}'),
    'the key "dtype" twice',
  ],
  ['metadata twice', fileOf('{"__metadata__":{},"__metadata__":{}}'), 'the key "__metadata__" twice'],
  ['a note twice', fileOf('{"__metadata__":{"a":"","a":""}}'), 'the key "a" twice'],
  [
    'metadata that is none',
    fileOf({ __metadata__: [] }),
    '__metadata__ must be an object of strings, got an array',
  ],
  ['metadata null', fileOf({ __metadata__: null }), '__metadata__ must be an object of strings, got null'],
  ['a note that is no text', fileOf({ __metadata__: { a: 1 } }), 'but "a" is 1'],
  [
    'a note named __proto__',
    fileOf('{"__metadata__":{"__proto__":"x"}}'),
    'in __metadata__, the name "__proto__"',
  ],
  ['a tensor named __proto__', fileOf('{"__proto__":{}}'), 'the name "__proto__" would change the prototype'],
  ['a name with half a pair', fileOf('{"\\ud83d":{}}'), 'has half a surrogate pair'],
  [
    'an entry that is none',
    fileOf({ w: 3 }),
    'tensor "w": expected an object with dtype, shape, data_offsets, got 3',
  ],
  ['an entry with traps', fileOf({ w: { toString: 1 } }), 'tensor "w" has no dtype'],
  ['no shape', fileOf({ w: { dtype: 'F32', data_offsets: [0, 4] } }), 'tensor "w" has no shape'],
  ['a field too many', entry({ strides: [1] }), 'tensor "w" has a field "strides"'],
  [
    'a dtype not known',
    entry({ dtype: 'F8_E4M3' }),
    'has dtype "F8_E4M3", but only F64, F32, F16, BF16, I64, I32, BOOL',
  ],
  ['a dtype of the prototype', entry({ dtype: 'constructor' }), 'has dtype "constructor"'],
  ['a dtype that is no text', entry({ dtype: { toString: null } }), 'has dtype an object'],
  ['a shape that is none', entry({ shape: 2 }), 'shape must be an array of whole numbers, got 2'],
  ['a fraction in a shape', entry({ shape: [1.5] }), 'whole numbers from 0 to 2⁵³ − 1, got 1.5'],
  ['a negative size', entry({ shape: [-2] }), 'got -2'],
  ['a negative zero', fileOf('{"w":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'), 'got -0'],
  ['null in a shape', entry({ shape: [null] }), 'got null'],
  ['too many dimensions', entry({ shape: Array(65).fill(1) }), 'shape has 65 dimensions'],
  ['a shape beyond counting', entry({ shape: [2 ** 40, 2 ** 40] }), 'more values than can be counted'],
  ['one behind a zero', entry({ shape: [2 ** 40, 2 ** 40, 0] }), 'more values than can be counted'],
  [
    'a shape of other size',
    entry({ shape: [3] }),
    'shape [3] in F32 takes 12 bytes, but data_offsets [0, 8] hold 8',
  ],
  ['one offset', entry({ data_offsets: [0] }), 'data_offsets must be [begin, end] with begin ≤ end, got [0]'],
  ['offsets turned round', entry({ data_offsets: [8, 0] }), 'got [8, 0]'],
  [
    'data cut off',
    fileOf({ w: f32(0, 8) }, [1, 2, 3]),
    'data bytes 0 to 8, but the file has only 3 bytes of data',
  ],
  [
    'a gap at the start',
    fileOf({ w: f32(4, 8) }, eight),
    '"w" begins at data byte 4, but the start of the data ends at 0',
  ],
  [
    'a gap',
    fileOf({ a: f32(0, 4), b: f32(8, 12) }, new Uint8Array(12)),
    'tensor "b" begins at data byte 8, but tensor "a" ends at 4: the bytes between them belong to nobody',
  ],
  [
    'an overlap',
    fileOf({ a: f32(0, 8), b: f32(4, 8) }, eight),
    'tensor "b" begins at data byte 4, but tensor "a" ends at 8: the two overlap',
  ],
  ['the same bytes twice', fileOf({ a: f32(0, 8), b: f32(0, 8) }, eight), 'the two overlap'],
  [
    'trailing bytes',
    fileOf({ w: f32(0, 4) }, eight),
    'the tensors end at data byte 4, but 4 more bytes follow',
  ],
  [
    'a byte that is no bool',
    entry({ dtype: 'BOOL', shape: [8] }, [0, 1, 0, 2, 0, 0, 0, 0]),
    'the BOOL value at index 3 is the byte 2',
  ],
  [
    'an integer too big',
    entry({ dtype: 'I64', shape: [1] }, [0, 0, 0, 128, 0, 0, 0, 0]),
    'the I64 value 2147483648 at index 0',
  ],
  [
    'an integer too small',
    entry({ dtype: 'I64', shape: [1] }, [255, 255, 255, 127, 255, 255, 255, 255]),
    'the I64 value -2147483649',
  ],
  ['deep nesting', fileOf(`{"w":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 'got an array'],
]

describe('refused when read', () => {
  test.each(REFUSED)('%s', (_, file, message) => {
    const read = () => deserialize(file)
    expect(read).toThrow(FormatError)
    expect(read).toThrow(message.replaceAll('’', "'"))
    expect(read).toThrow(/^safetensors: /)
  })

  test('what is not bytes', () => {
    expect(() => deserialize('{}' as never)).toThrow(
      'expected the bytes of a file as a Uint8Array or ArrayBuffer, got string',
    )
  })

  test('a conversion that does not exist', () => {
    expect(() => deserialize(fileOf('{}'), { dtype: 'int32' as never })).toThrow(OptionError)
  })

  test('float64 on a backend that does not hold it, unless it may be rounded', () => {
    const file = fileOf(
      { w: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } },
      new Uint8Array(Float64Array.of(1 / 3).buffer),
    )
    expect(() => deserialize(file)).toThrow(BackendError)
    expect(() => deserialize(file)).toThrow(/tensor "w" is F64: .* or round it with { dtype: 'float32' }$/)
    expect(deserialize(file, { dtype: 'float32' }).w!.itemSync()).toBe(Math.fround(1 / 3))
  })
})

describe('accepted', () => {
  test('no tensors', () => {
    expect(Object.keys(deserialize(fileOf('{}')))).toEqual([])
    expect(Object.keys(deserialize(serialize({})))).toEqual([])
  })

  test('spaces inside the header and after it, and any order of its keys', () => {
    const file = fileOf(
      '{ "b" : {"shape":[1], "data_offsets":[4,8],"dtype":"F32"} ,"a":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}   ',
      [7, 0, 0, 0, 0, 0, 128, 63],
    )
    const { a, b } = deserialize(file)
    expect([a!.itemSync(), b!.itemSync()]).toEqual([7, 1])
  })

  test('tensors that are not aligned', () => {
    const file = fileOf(
      { m: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] }, w: f32(1, 5) },
      [1, 0, 0, 128, 63],
    )
    expect(deserialize(file).w!.itemSync()).toBe(1)
  })

  test('names that objects have already', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', '', '0']
    const read = deserialize(serialize(Object.fromEntries(names.map((name) => [name, tensor(1)]))))
    expect(Object.keys(read).sort()).toEqual([...names].sort())
    expect(Object.getPrototypeOf(read)).toBe(null)
    expect(deserialize(fileOf('{}')).constructor).toBe(undefined)
    expect(readHeader(fileOf('{}')).metadata.constructor).toBe(undefined)
  })

  test('the same key in different objects', () => {
    const file = fileOf({ dtype: f32(0, 4), shape: f32(4, 8) }, eight)
    expect(Object.keys(deserialize(file))).toEqual(['dtype', 'shape'])
  })

  test('quotes and braces inside names', () => {
    const names = ['a"b', '{"a":1}', 'back\\slash', '\u0000\n', '\\"']
    const read = deserialize(serialize(names.map((name) => [name, tensor(1)] as const)))
    expect(Object.keys(read).sort()).toEqual([...names].sort())
  })
})

const WRONG: [string, unknown, SerializeOptions, string][] = [
  ['the reserved name', { __metadata__: tensor(1) }, {}, 'the name __metadata__ is reserved'],
  ['__proto__', [['__proto__', tensor(1)]], {}, 'the name "__proto__" would change the prototype'],
  ['half a surrogate pair', [['\ud83d', tensor(1)]], {}, 'the name "\\ud83d" has half a surrogate pair'],
  [
    'a name twice',
    [
      ['a', tensor(1)],
      ['a', tensor(2)],
    ],
    {},
    'the name "a" is given twice',
  ],
  ['what is no tensor', { a: 3 }, {}, '"a" is not a tensor'],
  ['null', { a: null }, {}, '"a" is not a tensor'],
  [
    'a note that is no text',
    {},
    { metadata: { a: 3 as never } },
    'metadata must be text, but "a" is of type number',
  ],
  [
    'a note named __proto__',
    {},
    { metadata: JSON.parse('{"__proto__":"x"}') },
    'in metadata, the name "__proto__"',
  ],
  ['a note of half a pair', {}, { metadata: { a: '\udc00' } }, 'metadata "a" has half a surrogate pair'],
  ['int64 of nothing', {}, { int64: ['a'] }, 'int64 names "a", but there is no tensor of that name'],
  ['int64 of a float', { a: tensor(1) }, { int64: ['a'] }, 'int64 names "a", which is float32'],
]

describe('refused when written', () => {
  test.each(WRONG)('%s', (_, tensors, options, message) => {
    expect(() => serialize(tensors as Record<string, Tensor>, options)).toThrow(`serialize: ${message}`)
  })
})
