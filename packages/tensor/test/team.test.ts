import { expect, test } from 'vitest'
import { CommandList } from '../src/backends/wasm/commands.js'
import { link } from '../src/backends/wasm/link.js'
import { compileBuild, loadBuild } from '../src/backends/wasm/load.js'
import * as op from '../src/backends/wasm/opcodes.js'
import { CONTROL_BYTES, Team } from '../src/backends/wasm/team/team.js'
import { BackendError } from '../src/errors.js'

const PAGE = 65536
const N = 4096
const DATA = 12 * PAGE

/** A team over a memory of its own, and a list of commands that it can share. */
async function start(helpers: number) {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 32768, shared: true })
  const module = compileBuild(await loadBuild('simd'), true)
  const kernels = link(module, memory)
  const base = Math.ceil(kernels.base / 64) * 64
  const words = new Int32Array(memory.buffer)
  const team = new Team(memory, () => words, base, kernels.run)
  const scratch = Array.from({ length: helpers }, (_, i) => base + CONTROL_BYTES + i * kernels.workBytes)
  await team.start(module, scratch)
  const list = new CommandList(memory.buffer, 2 * PAGE, 8 * PAGE)
  const table = 10 * PAGE
  const floats = new Float32Array(memory.buffer)
  /** Units of commands `y[i] = neg(y[i])` over parts of the data; `bad`: the last share of the last unit cannot be run. */
  const units = (shares: readonly number[], bad = false) => {
    list.clear()
    let at = 0
    for (const n of shares)
      for (let i = 0; i < n; i++) {
        words.set([list.end, 1], (table >> 2) + 2 * at++)
        const size = N / n
        list.open(bad && at === shares.reduce((a, b) => a + b, 0) ? 9999 : op.UNARY)
        list.ints([op.NEG, DATA + 4 * i * size, DATA + 4 * i * size, size])
        list.close()
      }
    return { shares, table }
  }
  const data = floats.subarray(DATA >> 2, (DATA >> 2) + N)
  return { team, units, data }
}

test.each([0, 1, 3])('%i helpers work through units in order', async (helpers) => {
  const { team, units, data } = await start(helpers)
  expect(team.size).toBe(helpers + 1)
  for (let round = 0; round < 300; round++) {
    data.forEach((_, i) => {
      data[i] = i + 1
    })
    team.run(units([4, 1, 16, 2, 1])) // an odd number of times the other sign
    expect(data[0]).toBe(-1)
    expect(data[N - 1]).toBe(-N)
    expect(data.every((v, i) => v === -(i + 1))).toBe(true)
  }
  team.close()
})

test('lists longer than one job', async () => {
  const { team, units, data } = await start(1)
  data.fill(1)
  team.run(units(new Array(1501).fill(2)))
  expect(data.every((v) => v === -1)).toBe(true)
  team.close()
})

test('a share that fails ends the job with an error, and one thread goes on', async () => {
  const { team, units, data } = await start(2)
  let errors = 0
  try {
    team.run(units([8, 8], true))
  } catch (error) {
    errors++
    expect(error instanceof BackendError || error instanceof WebAssembly.RuntimeError).toBe(true)
  }
  expect(errors).toBe(1)
  expect(team.size).toBe(1)
  data.fill(2)
  team.run(units([4]))
  expect(data.every((v) => v === -2)).toBe(true)
})

test('workers that are gone are not waited for', async () => {
  const { team, units, data } = await start(2)
  team.close()
  data.fill(3)
  for (let i = 0; i < 101; i++) team.run(units([8, 2]))
  expect(data.every((v) => v === 3)).toBe(true)
})
