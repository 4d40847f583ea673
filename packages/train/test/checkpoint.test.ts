import { readHeader } from '@core/safetensors'
import { Generator, manualSeed, rand, reference, type Tensor, tensor, zeros } from '@core/tensor'
import { assign, defaultGenerator } from '@core/tensor/extend'
import { Dropout, Linear } from '@nn/layers'
import { buffer, Module, Sequential } from '@nn/module'
import { packCheckpoint, unpackCheckpoint } from '@nn/train'
import { describe, expect, test } from 'vitest'
import { Box, makeParts, plain, richState, snapshot } from './checkpointParts.js'

describe('a checkpoint', () => {
  test('brings back parameters, buffers, generators, loader and whatever else parts hold', async () => {
    const parts = makeParts(richState())
    parts.model.forward(rand([4, 2]))
    for await (const _ of parts.loader) break
    const generator = defaultGenerator()
    const bytes = await packCheckpoint(parts, { step: 12, epoch: 3, best: Infinity, seen: [1, -0] })
    const expected = snapshot(parts)
    const drawn = [generator.next(), generator.next()]

    manualSeed(99)
    const fresh = makeParts()
    expect(snapshot(fresh)).not.toEqual(expected)
    const progress = unpackCheckpoint(bytes, fresh)
    expect({ ...progress }).toEqual({ step: 12, epoch: 3, best: Infinity, seen: [1, -0] })
    expect(snapshot(fresh)).toEqual(expected)
    expect([defaultGenerator().next(), defaultGenerator().next()]).toEqual(drawn)
    const x = rand([64, 3])
    for (const index of [2, 4])
      expect(plain(fresh.model.at(index)!.forward(x))).toEqual(plain(parts.model.at(index)!.forward(x)))
  })

  test('is the same bytes for the same state, and for what was restored', async () => {
    const parts = makeParts(richState())
    manualSeed(5)
    const bytes = await packCheckpoint(parts, { step: 1 })
    expect(await packCheckpoint(parts, { step: 1 })).toEqual(bytes)
    const fresh = makeParts()
    unpackCheckpoint(bytes, fresh)
    expect(await packCheckpoint(fresh, { step: 1 })).toEqual(bytes)
  })

  test('holds the values of the moment of the call', async () => {
    const model = new Linear(2, 2)
    const live = zeros([3])
    const before = model.weight.toArraySync()
    const packed = packCheckpoint({ model, box: new Box({ live }) })
    assign(model.weight, zeros([2, 2]))
    assign(live, tensor([1, 2, 3]))
    const box = new Box()
    unpackCheckpoint(await packed, { model, box })
    expect(model.weight.toArraySync()).toEqual(before)
    expect(plain(box.content)).toMatchObject({ live: { values: [0, 0, 0] } })
  })

  test('keeps every bit of float32, float64, int32 and bool', async () => {
    const backend = reference()
    const floats = new Float32Array(
      Uint32Array.of(0x7fc00001, 0xff800000, 0x80000000, 1, 0x007fffff, 0x7f7fffff).buffer,
    )
    const doubles = new Float64Array(
      BigUint64Array.of(0x7ff8000000000001n, 0xfff0000000000000n, 1n << 63n, 1n, 0x3fb999999999999an).buffer,
    )
    class All extends Module {
      readonly floats: Tensor
      readonly doubles: Tensor
      readonly whole: Tensor
      readonly flags: Tensor
      readonly none: Tensor
      constructor(given = false) {
        super()
        this.floats = buffer(tensor(given ? floats : new Float32Array(6), { backend }))
        this.doubles = buffer(tensor(given ? doubles : new Float64Array(5), { backend }))
        this.whole = buffer(
          tensor(given ? Int32Array.of(2 ** 31 - 1, -(2 ** 31)) : new Int32Array(2), { backend }),
        )
        this.flags = buffer(tensor([given, false, given], { backend }))
        this.none = buffer(zeros([0, 3], { backend }))
      }
    }
    const all = new All()
    unpackCheckpoint(await packCheckpoint({ all: new All(true) }), { all })
    const bits = (t: Tensor) => Buffer.from(t.dataSync().buffer as ArrayBuffer).toString('hex')
    expect(bits(all.floats)).toBe(Buffer.from(floats.buffer).toString('hex'))
    expect(bits(all.doubles)).toBe(Buffer.from(doubles.buffer).toString('hex'))
    expect(all.whole.toArraySync()).toEqual([2 ** 31 - 1, -(2 ** 31)])
    expect(all.flags.toArraySync()).toEqual([true, false, true])
    expect([all.doubles.dtype, all.flags.dtype, all.none.shape]).toEqual(['float64', 'bool', [0, 3]])
  })

  test('is a safetensors file with the tensors under the names of their parts', async () => {
    const { model } = makeParts()
    const bytes = await packCheckpoint({
      model,
      optimizer: new Box({ state: { w: { momentum: tensor([1]) } } }),
    })
    const { tensors, metadata } = readHeader(bytes)
    expect(tensors.map(({ name }) => name).sort()).toEqual(
      [...Object.keys(model.stateDict()).map((name) => `model.${name}`), 'optimizer.state.w.momentum'].sort(),
    )
    expect(Object.keys(metadata).sort()).toEqual(['checkpoint', 'checksum'])
    expect(JSON.parse(metadata.checkpoint!).version).toBe(1)
  })

  test('of more than one model, with a generator that two of their layers share', async () => {
    const make = () => {
      const generator = new Generator(3)
      const shared = () => new Dropout(0.5, { generator })
      return {
        first: new Sequential(shared(), new Linear(1, 1)),
        second: new Sequential(shared()),
        generator,
      }
    }
    const parts = make()
    parts.first.forward(rand([100, 1]))
    const bytes = await packCheckpoint(parts)
    const fresh = make()
    unpackCheckpoint(bytes, fresh)
    expect(fresh.generator.state).toEqual(parts.generator.state)
    expect(fresh.generator.state.counter).toBeGreaterThan(0)
  })

  test('gives some of its parts where strict is false, to model and loader alone', async () => {
    const parts = makeParts([1, 2])
    const bytes = await packCheckpoint(parts, { step: 4 })
    const { model } = makeParts()
    expect(() => unpackCheckpoint(bytes, { model })).toThrow(
      'checkpoint: it also has box, loader, for which no part was given; nothing was changed. Pass { strict: false } to leave them',
    )
    expect(unpackCheckpoint(bytes, { model }, { strict: false }).step).toBe(4)
    expect(plain(model.stateDict())).toEqual(plain(parts.model.stateDict()))
  })
})

describe('what cannot be stored is refused by name', () => {
  const loop: Record<string, unknown> = {}
  loop.self = loop
  const REFUSED: [string, unknown, object | undefined, string][] = [
    ['no object', [], {}, 'parts must be an object like { model, optimizer, loader }, got an array'],
    ['a model alone', new Linear(1, 1), {}, 'parts must be an object like { model, optimizer, loader }'],
    [
      'a part that is none',
      { model: 3 },
      {},
      "the part 'model' must have stateDict() and loadStateDict(), or state, got 3",
    ],
    [
      'half a part',
      { a: { stateDict: () => 1 } },
      {},
      "the part 'a' must have stateDict() and loadStateDict()",
    ],
    ['a name with a point', { 'a.b': new Box() }, {}, "a part cannot be called 'a.b'"],
    ['a function', { a: new Box({ f: () => 1 }) }, {}, "'a.f' is a function; only tensors, numbers"],
    ['a map', { a: new Box([new Map()]) }, {}, "'a.0' is an object; only tensors"],
    ['a typed array', { a: new Box({ x: new Float32Array(2) }) }, {}, "'a.x' is a Float32Array"],
    ['a bigint', { a: new Box(1n) }, {}, "'a' is 1; only"],
    ['__proto__', { a: new Box(JSON.parse('{"__proto__":1}')) }, {}, "'a' has a field __proto__"],
    [
      'a state that holds itself',
      { a: new Box(loop) },
      {},
      'is nested more than 64 deep; is it part of itself?',
    ],
    [
      'one name twice',
      { a: new Box({ 'x.y': tensor(1), x: { y: tensor(2) } }) },
      {},
      "two tensors are called 'a.x.y'",
    ],
    ['half a step', {}, { step: 0.5 }, 'step must be a whole number ≥ 0'],
    ['an epoch before the first', {}, { epoch: -1 }, 'epoch must be a whole number ≥ 0'],
    ['tensors among the notes', {}, { best: tensor(1) }, "'progress.best' is a Tensor []; only numbers"],
  ]
  test.each(REFUSED)('%s', async (_, parts, progress, message) => {
    const pack = async () => packCheckpoint(parts as never, progress as never)
    await expect(pack).rejects.toThrow(message)
    await expect(pack).rejects.toMatchObject({ code: 'ERR_OPTION' })
  })
})
