import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CommandList } from '../src/backends/wasm/commands.js'
import { encoders, supported } from '../src/backends/wasm/encoders/index.js'
import { detectRelaxed, instantiate, loadBuild } from '../src/backends/wasm/load.js'
import { judge } from '../src/backends/wasm/wide.js'
import { builds, floats, generator } from './kernels.support.js'

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

  test('both give the same bits', async () => {
    const results = []
    for (const build of ['relaxed', 'wide'] as const) {
      const memory = new WebAssembly.Memory({ initial: 200 })
      const { run, base } = instantiate(await loadBuild(build), memory)
      const start = (base + 63) & ~63
      const list = new CommandList(memory.buffer, start, 4096)
      const data = start + 4096
      const n = 150
      new Float32Array(memory.buffer, data, 2 * n * n).set(floats(2 * n * n, generator(6), 2))
      const [a, b, c, d] = [0, 1, 2, 3].map((i) => data + i * n * n * 4)
      const shared = {
        inputLengths: [n * n],
        outputLengths: [n * n],
        inputDTypes: ['float32'],
        outputDTypes: ['float32'],
      } as const
      const product = {
        batch: 1,
        m: n,
        n,
        k: n,
        transA: true,
        transB: true,
        aBatch: 0,
        bBatch: 0,
        bias: false,
      }
      encoders.matmul.encode(list, {
        ...shared,
        inputs: [a, b],
        outputs: [c],
        attrs: product,
        scratch: d + n * n * 4,
      })
      encoders.unary.encode(list, { ...shared, inputs: [c], outputs: [d], attrs: { op: 'gelu' }, scratch: 0 })
      encoders.softmax.encode(list, {
        ...shared,
        inputs: [d],
        outputs: [a],
        attrs: { rows: n, n, log: true },
        scratch: 0,
      })
      expect(list.count).toBe(3)
      run(list.offset, list.count)
      results.push(new Uint32Array(memory.buffer.slice(data, data + 4 * n * n * 4)))
    }
    expect(results[1]).toEqual(results[0])
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
