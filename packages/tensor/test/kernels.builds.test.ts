import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GATES } from '../src/backends/kernels.js'
import { CommandList } from '../src/backends/wasm/commands.js'
import { encoders, supported } from '../src/backends/wasm/encoders/index.js'
import { detectRelaxed, instantiate, loadBuild } from '../src/backends/wasm/load.js'
import { judge } from '../src/backends/wasm/wide.js'
import { Bench, builds, floats, generator } from './kernels.support.js'

const CELLS = ['rnnTanh', 'rnnRelu', 'gru', 'lstm'] as const

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

  test('both give the same bits, whatever the sizes', async () => {
    const relaxed = await Bench.start('relaxed')
    const wide = await Bench.start('wide')
    const same: typeof relaxed.run = (kernel, inputs, outputs, attrs) => {
      const results = relaxed.run(kernel, inputs, outputs, attrs)
      const others = wide.run(kernel, inputs, outputs, attrs)
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
        fc.nat(3),
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
          same('sgd', [g, floats(6, random)], [floats(m * n, random), floats(m * n, random)], {
            velocity: true,
            maximize: false,
          })
          const attrs = { cell: CELLS[kind], time: 3, batch: m, hidden: n }
          const wideState = GATES[attrs.cell] * n
          const state = m * n
          const w = floats(wideState * n, random)
          const inputs = [floats(3 * m * wideState, random), w, floats(wideState, random), x, g]
          const gated = GATES[attrs.cell] > 1
          const outputs = gated
            ? [zeros(3 * state), zeros(3 * m * wideState), zeros(3 * state)]
            : [zeros(3 * state)]
          const [h, ...saved] = same(
            'recurrent',
            attrs.cell === 'lstm' ? inputs : inputs.slice(0, 4),
            outputs,
            attrs,
          )
          const back = attrs.cell === 'lstm' ? [h, w, x, h, g, ...saved, g] : [h, w, x, h, ...saved]
          const last = attrs.cell === 'lstm' ? [zeros(state)] : attrs.cell === 'gru' ? [zeros(wideState)] : []
          same(
            'recurrentGrad',
            back,
            [zeros(3 * m * wideState), zeros(wideState * n), zeros(state), ...last],
            attrs,
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

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
    const memory = new WebAssembly.Memory({ initial: 2 })
    const { run, base } = instantiate(await loadBuild('simd'), memory)
    const start = (base + 63) & ~63
    const list = new CommandList(memory.buffer, start, 256)
    memory.grow(1)
    list.attach(memory.buffer)
    encoders.fill.encode(list, {
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
    expect(supported('unary', ['float32'], { op: 'exp' })).toBe(true)
    expect(supported('unary', ['float64'], { op: 'exp' })).toBe(false)
    expect(supported('unary', ['int32'], { op: 'exp' })).toBe(false)
    expect(supported('unary', ['int32'], { op: 'neg' })).toBe(true)
    expect(supported('unary', ['bool'], { op: 'logicalNot' })).toBe(true)
    expect(supported('binary', ['int32', 'int32'], { op: 'mul', ...walk })).toBe(true)
    expect(supported('binary', ['int32', 'int32'], { op: 'div', ...walk })).toBe(false)
    expect(supported('compare', ['bool', 'bool'], { op: 'eq', ...walk })).toBe(true)
    expect(supported('reduce', ['int32'], { op: 'sumSquares', outer: 1, n: 1, inner: 1 })).toBe(false)
    expect(supported('cast', ['bool', 'float64'], {})).toBe(false)
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
