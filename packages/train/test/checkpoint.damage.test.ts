import { crc32 as zlibCrc32 } from 'node:zlib'
import { readHeader, serialize } from '@core/safetensors'
import { FormatError, reference, tensor } from '@core/tensor'
import { defaultGenerator } from '@core/tensor/extend'
import { DataLoader, tensorDataset } from '@nn/data'
import { Dropout, Linear } from '@nn/layers'
import { buffer, Module, Sequential } from '@nn/module'
import { type Parts, packCheckpoint, unpackCheckpoint } from '@nn/train'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../src/checkpoint/crc32.js'
import { Box, makeParts, richState, snapshot } from './checkpointParts.js'

const utf8 = (text: string) => new TextEncoder().encode(text)

/** Unpacks what must be refused, and checks that nothing has changed; the error's message. */
function refusal(bytes: Uint8Array, parts: ReturnType<typeof makeParts>, given: Parts = parts): string {
  const before = [snapshot(parts), defaultGenerator().state]
  let message = ''
  try {
    unpackCheckpoint(bytes, given)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    message = error.message
  }
  expect(message, 'it was not refused').not.toBe('')
  expect([snapshot(parts), defaultGenerator().state]).toEqual(before)
  return message
}

test('crc32 is that of zip and PNG', () => {
  expect(crc32(utf8('123456789'))).toBe('cbf43926')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 99 }), fc.uint8Array({ maxLength: 99 }), (a, b) => {
      expect(Number.parseInt(crc32(a, b), 16)).toBe(zlibCrc32(Buffer.concat([a, b])))
    }),
  )
})

describe('a damaged file is refused, and nothing is changed', () => {
  test('cut off anywhere', async () => {
    const parts = makeParts({ momentum: tensor([1, 2]) })
    const bytes = await packCheckpoint(parts)
    for (let length = 0; length < bytes.length; length += 7) refusal(bytes.slice(0, length), parts)
    expect(refusal(bytes.slice(0, -1), parts)).toMatch(/cut off/)
  })

  test('with any one bit flipped, in the header as in the values', async () => {
    const parts = { model: new Linear(2, 1) }
    const bytes = await packCheckpoint(parts, { step: 3 })
    const before = parts.model.weight.toArraySync()
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice()
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => unpackCheckpoint(damaged, parts), `bit ${bit}`).toThrow(FormatError)
    }
    expect(parts.model.weight.toArraySync()).toEqual(before)
  })

  test('and says which tensor', async () => {
    const parts = makeParts()
    const bytes = await packCheckpoint(parts)
    const { dataStart, tensors } = readHeader(bytes)
    for (const { name, begin, dtype } of tensors.filter((entry) => entry.end > entry.begin)) {
      expect(dtype).not.toBe('BOOL')
      const damaged = bytes.slice()
      damaged[dataStart + begin]! ^= 64
      expect(refusal(damaged, parts)).toBe(
        `checkpoint: the checksum of the tensor '${name}' is wrong; the file is damaged, take an older one`,
      )
    }
  })

  test('where several bytes are changed, cut out or put in', async () => {
    const parts = makeParts(richState())
    const bytes = await packCheckpoint(parts)
    const edit = fc.tuple(
      fc.nat({ max: bytes.length - 1 }),
      fc.nat({ max: 3 }),
      fc.uint8Array({ maxLength: 3 }),
    )
    const before = snapshot(parts)
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let changed = Array.from(bytes)
        for (const [at, removed, added] of edits) changed = changed.toSpliced(at, removed, ...added)
        fc.pre(Buffer.compare(Buffer.from(changed), bytes) !== 0)
        expect(() => unpackCheckpoint(Uint8Array.from(changed), parts)).toThrow(FormatError)
      }),
      { numRuns: 300 },
    )
    expect(snapshot(parts)).toEqual(before)
  })
})

describe('a file that does not fit is refused, and nothing is changed', () => {
  test('with other shapes in the model', async () => {
    const bytes = await packCheckpoint(makeParts(null, 4))
    expect(refusal(bytes, makeParts())).toBe(
      "checkpoint: the part 'model' does not fit; nothing was changed.\n" +
        '  0.weight: float32 [4, 2] in the checkpoint, float32 [3, 2] in the module\n' +
        '  0.bias: float32 [4] in the checkpoint, float32 [3] in the module\n' +
        ['weight', 'bias', 'running_mean', 'running_var']
          .map((name) => `  1.${name}: float32 [4] in the checkpoint, float32 [3] in the module\n`)
          .join('') +
        '  3.weight: float32 [1, 4] in the checkpoint, float32 [1, 3] in the module',
    )
  })

  test('with other names or dtypes in the model', async () => {
    const { box, loader } = makeParts()
    const other = new Sequential(new Linear(2, 3, { bias: false }), new Dropout(0.5))
    expect(refusal(await packCheckpoint({ box, loader, model: other }), makeParts())).toContain(
      '\n  0.bias: missing in the checkpoint\n',
    )
    const bytes = await packCheckpoint(makeParts())
    const parts = makeParts()
    expect(refusal(bytes, parts, { ...parts, model: other })).toContain('\n  0.bias: unknown to the module\n')
    const kind = (dtype: 'float32' | 'float64') => {
      const module = new Module()
      return Object.assign(module, { x: buffer(tensor([1], { dtype, backend: reference() })) })
    }
    const double = await packCheckpoint({ model: kind('float64') })
    expect(() => unpackCheckpoint(double, { model: kind('float32') })).toThrow(
      '\n  x: float64 [1] in the checkpoint, float32 [1] in the module',
    )
  })

  test('with other random generators in the model', async () => {
    const { box, loader, model } = makeParts()
    const more = new Sequential(model, new Dropout(0.5))
    const fewer = Object.assign(new Module(), { list: [0, 1, 3].map((i) => model.at(i)!) })
    const named = Object.assign(fewer, { stateDict: () => model.stateDict() })
    expect(refusal(await packCheckpoint({ box, loader, model: named }), { box, loader, model })).toBe(
      "checkpoint: the random generators of the part 'model' do not fit; nothing was changed. 2.generator is missing, 4.generator is missing",
    )
    expect([...more.namedGenerators()]).toHaveLength(3)
  })

  test('with parts that are missing or too many', async () => {
    const parts = makeParts()
    const { model, box } = parts
    expect(refusal(await packCheckpoint({ model, box }), parts)).toBe(
      'checkpoint: it has nothing for loader, only model, box; nothing was changed',
    )
    expect(refusal(await packCheckpoint({ ...parts, more: box }), parts)).toContain('it also has more')
    expect(refusal(serialize(model.stateDict()), parts)).toContain(
      'this is a safetensors file, but no checkpoint',
    )
  })

  test('where a part refuses: those before it get back what they had', async () => {
    const bytes = await packCheckpoint({ ...makeParts('new'), late: new Box('late') })
    const parts = makeParts('old')
    const late = new Box('old', () => false)
    expect(refusal(bytes, parts, { ...parts, late })).toBe(
      "checkpoint: the part 'late' refuses what is stored for it; nothing was changed.\n  Box: not for me",
    )
    expect([parts.box.content, late.content]).toEqual(['old', 'old'])
  })

  test('where the loader has other data', async () => {
    const parts = makeParts()
    for await (const _ of parts.loader);
    const bytes = await packCheckpoint(parts)
    const small = new DataLoader(tensorDataset(tensor([1, 2])), { shuffle: true })
    const fresh = makeParts()
    expect(refusal(bytes, fresh, { ...fresh, loader: small })).toContain(
      'batch is 5, but an epoch of this loader has 2',
    )
    const { model, box } = makeParts()
    const odd = await packCheckpoint({ model, box, loader: new Box(null) })
    expect(refusal(odd, fresh)).toContain("the part 'loader' refuses what is stored for it")
  })
})

describe('a hostile file is refused, and nothing is changed', () => {
  const key = { key: [1, 2], counter: 0 }
  const deep = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown
  /** A file whose checksums are right, with a description of one's own. */
  const forge = (edit: object | string) => {
    const tensors = { 'a.x': tensor([1, 2], { backend: reference() }) }
    const document = {
      version: 1,
      progress: { step: 1, epoch: 0 },
      generators: { default: key, modules: {} },
      parts: { a: { x: { $tensor: 'a.x' } } },
      checksums: { 'a.x': crc32(utf8('float32 2\n'), new Uint8Array(Float32Array.of(1, 2).buffer)) },
    }
    const checkpoint = typeof edit === 'string' ? edit : JSON.stringify({ ...document, ...edit })
    return serialize(tensors, { metadata: { checkpoint, checksum: crc32(utf8(checkpoint)) } })
  }
  const x = { $tensor: 'a.x' }
  const HOSTILE: [string, object | string, string][] = [
    ['no JSON', '{"version":1', 'its description is not valid JSON'],
    ['no object', '[1]', 'its description is no object'],
    ['a later version', { version: 2 }, 'it is of version 2, this release reads version 1'],
    ['no version', { version: undefined }, 'it is of version undefined'],
    ['a field too many', { more: 1 }, "there is the string 'more'"],
    ['no parts', { parts: undefined }, "there is no 'parts'"],
    ['parts that are a list', { parts: [] }, 'must be objects'],
    ['no generators', { generators: null }, 'must be objects'],
    ['no default generator', { generators: { modules: {} } }, 'must be objects'],
    [
      'a default generator that is none',
      { generators: { default: 3, modules: {} } },
      'the default generator refuses',
    ],
    [
      'one with half a counter',
      { generators: { default: { key: [1, 2], counter: 0.5 }, modules: {} } },
      'the default generator refuses what is stored for it; nothing was changed.\n  Generator.state: counter',
    ],
    ['no step', { progress: { epoch: 1 } }, 'step must be a whole number of at least 0, got undefined'],
    ['no progress', { progress: null }, 'step must be a whole number of at least 0, got undefined'],
    [
      'an epoch before the first',
      { progress: { step: 1, epoch: -1 } },
      'epoch must be a whole number of at least 0, got -1',
    ],
    [
      'a step that is none',
      { progress: { step: { $number: 'NaN' }, epoch: 0 } },
      'step must be a whole number',
    ],
    ['a tensor among the notes', { progress: { step: 1, epoch: 0, x } }, "'progress.x' should be the tensor"],
    [
      'a tensor that is not there',
      { parts: { a: { x: { $tensor: 'a.y' } } } },
      "'a.x' should be the tensor the string 'a.y'",
    ],
    ['a tensor by number', { parts: { a: { x: { $tensor: 0 } } } }, "'a.x' should be the tensor 0"],
    ['a tensor twice', { parts: { a: { x, y: x } } }, "'a.y' should be the tensor the string 'a.x'"],
    ['a tensor of nobody', { parts: { a: {} } }, "the tensor the string 'a.x' belongs to no part"],
    ['a tensor without checksum', { checksums: {} }, "the checksum of the tensor 'a.x' is wrong"],
    ['a checksum without tensor', { checksums: { 'a.x': '', b: '' } }, 'is wrong'],
    [
      'a number that is none',
      { parts: { a: { x, n: { $number: '1' } } } },
      "the number at 'a.n' must be one of NaN",
    ],
    [
      'a number as a trap',
      { parts: { a: { x, n: { $number: { toString: 1 } } } } },
      "the number at 'a.n' must be one of",
    ],
    ['a name with $', { parts: { a: { x, n: { $other: 1 } } } }, '\'a.n\' has a field "$other"'],
    ['nesting', { parts: { a: { x, n: deep(70) } } }, 'is nested more than 64 deep'],
  ]
  test.each(HOSTILE)('%s', (_, edit, message) => {
    const a = new Box('old')
    const parts = makeParts()
    expect(refusal(forge(edit), parts, { a })).toContain(message)
    expect(a.content).toBe('old')
  })

  test('as text: a number beyond all numbers, nesting beyond the stack, __proto__', () => {
    const whole = readHeader(forge({})).metadata.checkpoint!
    const put = (value: string) => forge(whole.replace('"a":{"x"', `"a":{"more":${value},"x"`))
    const parts = makeParts()
    const a = new Box('old')
    unpackCheckpoint(put('0'), { a: new Box() })
    expect(refusal(put('1e999'), parts, { a })).toContain(
      "the number at 'a.more' is larger than numbers can be",
    )
    expect(refusal(put('['.repeat(200_000) + ']'.repeat(200_000)), parts, { a })).toMatch(
      /deep|not valid JSON/,
    )
    expect(refusal(put('{"__proto__":{"polluted":1}}'), parts, { a })).toContain(
      '\'a.more\' has a field "__proto__"',
    )
    for (const [from, to] of [
      ['"parts":{', '"parts":{"__proto__":{"polluted":1},'],
      ['"progress":{', '"progress":{"__proto__":{"polluted":1},'],
      ['"modules":{', '"modules":{"__proto__":{"polluted":1},'],
      ['"checksums":{', '"checksums":{"__proto__":"0",'],
      ['"version"', '"__proto__":{"polluted":1},"version"'],
    ] as const) {
      expect(whole).toContain(from)
      try {
        unpackCheckpoint(forge(whole.replace(from, to)), { a })
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError)
      }
    }
    expect((a as { polluted?: number }).polluted).toBe(undefined)
    expect(({} as { polluted?: number }).polluted).toBe(undefined)
  })
})
