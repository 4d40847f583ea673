import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UPDATES } from '../src/backends/kernels/optim.js'
import { CommandList } from '../src/backends/wasm/commands.js'
import { supported } from '../src/backends/wasm/encoders/call.js'
import { type Build, detectRelaxed, instantiate, loadBuild } from '../src/backends/wasm/load.js'
import { judge } from '../src/backends/wasm/wide.js'
import { UPDATE_FORMS, updateState } from './kernels.optim.forms.js'
import { Bench, builds, floats, generator, kernels } from './kernels.support.js'
import { backwardOf, CELLS, forwardOf, gradsOf, layerOf, resultsOf } from './recurrent.layer.js'

const node24 = Number.parseInt(process.versions.node, 10) >= 24

describe.runIf(builds.includes('wide'))('relaxed and wide', () => {
  test('the wide build is taken or dropped for a reason', async () => {
    const { build, reason } = judge(await loadBuild('relaxed'), await loadBuild('wide'))
    if (!node24) expect(reason).toBe('The wide kernels need Node 24 or later.')
    expect(build === 'wide').toBe(reason === undefined)
  })

  test.runIf(node24)('a wide build that computes something else is dropped', async () => {
    // As if the packer were wrong: another build, whose sums are rounded otherwise.
    const { build, reason } = judge(await loadBuild('relaxed'), await loadBuild('simd'))
    expect(build).toBe('relaxed')
    expect(reason).toMatch(/because they compute \w+ otherwise/)
  })

  test('both give the same bits, whatever the sizes', () => expectSame('relaxed', 'wide'))
})

describe('families', () => {
  test('give the bits of the simd build, whatever the sizes', () => expectSame('simd', 'families'))
})

async function expectSame(...pair: (Build | 'families')[]): Promise<void> {
  const [one, other] = await Promise.all(pair.map((build) => Bench.start(build)))
  const same: Bench['run'] = (kernel, inputs, outputs, attrs) => {
    const results = one.run(kernel, inputs, outputs, attrs)
    const others = other.run(kernel, inputs, outputs, attrs)
    results.forEach((result, i) => {
      expect(Buffer.compare(Buffer.from(result.buffer), Buffer.from(others[i].buffer)), kernel).toBe(0)
    })
    return results
  }
  const size = fc.integer({ min: 1, max: 45 })
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 1, max: 530 }),
      fc.integer(),
      fc.nat(5),
      (m, n, k, seed, kind) => {
        const random = generator(seed)
        const zeros = (length: number) => new Float32Array(length)
        const product = {
          batch: 1,
          m,
          n,
          k,
          transA: kind > 1,
          transB: kind % 2 > 0,
          aBatch: 0,
          bBatch: 0,
          bias: true,
        }
        same(
          'matmul',
          [floats(m * k, random), floats(k * n, random), floats(n, random)],
          [zeros(m * n)],
          product,
        )
        const x = floats(m * n, random, 9)
        const g = floats(m * n, random)
        const unary = ['exp', 'log', 'sigmoid', 'tanh', 'gelu', 'expm1', 'erf', 'square'] as const
        for (const op of unary) same('unary', [x], [zeros(m * n)], { op })
        for (const op of ['elu', 'silu', 'mish', 'geluTanh', 'softplus', 'tanhshrink'] as const) {
          same('activation', [x], [zeros(m * n)], { op, a: 1.5, b: 2, c: 0.5 })
          same('activationGrad', [g, x], [zeros(m * n)], { op, a: 1.5, b: 2, c: 0.5 })
        }
        const norm = { rows: m, n, groups: 1, inner: 1, eps: 0.1, centred: true, weight: true, bias: true }
        const row = floats(n, random)
        same('rowNorm', [x, row, row], [zeros(m * n), zeros(4 * m)], norm)
        same('rowNormGrad', [g, x, floats(4 * m, random), row], [zeros(m * n), zeros(n), zeros(n)], norm)
        const channels = {
          outer: m,
          channels: n,
          inner: 1,
          eps: 0.1,
          fixed: false,
          weight: true,
          bias: true,
        }
        same('channelNorm', [x, row, row], [zeros(m * n), zeros(4 * n)], channels)
        same(
          'channelNormGrad',
          [g, x, floats(4 * n, random), row],
          [zeros(m * n), zeros(n), zeros(n)],
          channels,
        )
        const walk = { shape: [m, n], aStrides: [n, 1], bStrides: [0, 1] }
        const binary = ['add', 'div', 'maximum', 'sigmoidGrad', 'tanhGrad', 'geluGrad'] as const
        for (const op of binary) same('binary', [g, x], [zeros(m * n)], { op, ...walk })
        for (const op of ['sum', 'prod', 'max', 'sumSquares'] as const) {
          same('reduce', [x], [zeros(m)], { op, outer: m, n, inner: 1 })
          same('reduce', [x], [zeros(n)], { op, outer: 1, n: m, inner: n })
        }
        const log = kind % 2 > 0
        const [y] = same('softmax', [x], [zeros(m * n)], { rows: m, n, log })
        same('softmaxGrad', [g, y], [zeros(m * n)], { rows: m, n, log })
        for (const { kernel, attrs } of UPDATE_FORMS) {
          const numbers = floats(UPDATES[kernel].numbers, random).map(Math.abs)
          const outputs = [x, ...updateState(kernel, attrs, m * n, random)]
          same(kernel, [g, numbers], outputs, attrs)
        }
        const attrs = {
          ...{ cell: CELLS[Math.min(kind, CELLS.length - 1)], time: 3, batch: m, hidden: n },
          ...{
            reverse: seed % 2 === 0,
            lengths: seed % 3 === 0,
            projection: kind === 5 ? 1 + (k % 37) : 0,
          },
        }
        const make = (size: number, scale: number) => floats(size, random, scale)
        const given = layerOf(attrs, make, (b) => 1 + (b % 3))
        const forward = same('recurrent', forwardOf(given), resultsOf(attrs, zeros), attrs) as Float32Array[]
        const arriving = { dh: forward[0], dhLast: given.h0, dcLast: x }
        same('recurrentGrad', backwardOf(given, forward, arriving), gradsOf(attrs, zeros), attrs)
      },
    ),
    { numRuns: 60 },
  )
}

describe('commands', () => {
  test('a full list says so', () => {
    const list = new CommandList(new ArrayBuffer(64), 0, 64)
    const add = () => {
      list.open(1)
      list.ints([1, 2, 3, 4])
      list.close()
    }
    add()
    add()
    expect(list.count).toBe(2)
    expect(add).toThrow(RangeError)
    list.clear()
    expect([list.count, list.room]).toEqual([0, 16])
  })

  test('views follow a memory that grows', async () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 32768 })
    const { run, base } = instantiate(await loadBuild('simd'), memory)
    const start = (base + 63) & ~63
    const list = new CommandList(memory.buffer, start, 256)
    memory.grow(1)
    list.attach(memory.buffer)
    kernels.fill.wasm.encode(list, {
      inputs: [],
      outputs: [start + 256],
      inputLengths: [],
      outputLengths: [5],
      inputDTypes: [],
      outputDTypes: ['float32'],
      attrs: { value: 1.5 },
      scratch: 0,
    })
    run(list.offset, list.count)
    expect([...new Float32Array(memory.buffer, start + 256, 6)]).toEqual([1.5, 1.5, 1.5, 1.5, 1.5, 0])
  })

  test('what has no kernel is known', () => {
    const walk = { shape: [1], aStrides: [1], bStrides: [1] }
    expect(supported(kernels.unary.wasm, ['float32'], { op: 'exp' })).toBe(true)
    expect(supported(kernels.unary.wasm, ['float64'], { op: 'exp' })).toBe(false)
    expect(supported(kernels.unary.wasm, ['int32'], { op: 'exp' })).toBe(false)
    expect(supported(kernels.unary.wasm, ['int32'], { op: 'neg' })).toBe(true)
    expect(supported(kernels.unary.wasm, ['bool'], { op: 'logicalNot' })).toBe(true)
    expect(supported(kernels.binary.wasm, ['int32', 'int32'], { op: 'mul', ...walk })).toBe(true)
    expect(supported(kernels.binary.wasm, ['int32', 'int32'], { op: 'div', ...walk })).toBe(false)
    expect(supported(kernels.compare.wasm, ['bool', 'bool'], { op: 'eq', ...walk })).toBe(true)
    expect(supported(kernels.reduce.wasm, ['int32'], { op: 'sumSquares', outer: 1, n: 1, inner: 1 })).toBe(
      false,
    )
    expect(supported(kernels.cast.wasm, ['bool', 'float64'], {})).toBe(false)
  })

  test('relaxed SIMD is detected', () => {
    expect(detectRelaxed()).toBe(true)
  })
})

test('building the kernels again does nothing, quickly and silently', () => {
  const script = fileURLToPath(new URL('../scripts/kernels.mjs', import.meta.url))
  const start = performance.now()
  expect(execFileSync(process.execPath, [script], { cwd: '/' }).toString()).toBe('')
  expect(performance.now() - start).toBeLessThan(3000)
})
