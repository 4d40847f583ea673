import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { reference, setBackend, setDefaultDType, wasm } from '@core/tensor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Context } from '../../tools/conformance/context.ts'
import { replay } from '../../tools/conformance/replay.ts'
import { readCases } from '../../tools/conformance/select.ts'

setFlagsFromString('--experimental-wasm-relaxed-simd') // Node 20 has it behind this flag

const folder = fileURLToPath(new URL('../../tools/conformance/fixtures/', import.meta.url))
const casesOf = (family: string) => readCases(`${folder}${family}.json`)

const backends = [
  ['reference', () => reference()],
  ['simd', () => wasm({ build: 'simd' })],
  ['relaxed', () => wasm({ build: 'relaxed' })],
  ['wide', () => wasm({ build: 'wide' })],
] as const

// From its 14th step on this training makes any difference three to five times as large in each step: what float32 rounds
// off decides whether it ends within the tolerance. In float64, and with float32 only stored, it does by far.
const CHAOTIC = ['e2e/cnn/f65f2cf0fb']

describe.each(backends)('the golden cases on %s', (name, start) => {
  const dtype = name === 'reference' ? 'float64' : 'float32'
  beforeAll(async () => {
    await setBackend(start())
    setDefaultDType(dtype)
  })
  afterAll(() => setDefaultDType('float32'))

  test.each(['modules', 'losses', 'ops'])('%s: all pass', async (family) => {
    const cases = casesOf(family)
    const wrong: object[] = []
    for (const c of cases) {
      const outcome = await replay(c, new Context(dtype))
      if (outcome.status !== 'passed') wrong.push({ id: c.id, ...outcome })
    }
    expect(cases.length).toBeGreaterThan(100)
    expect(wrong).toEqual([])
  })

  test.each(['recurrent', 'optim', 'schedules', 'lecture', 'trainings'])('%s: all pass', async (family) => {
    const wrong: object[] = []
    for (const c of casesOf(family)) {
      if (dtype === 'float32' && CHAOTIC.includes(c.id)) continue
      const outcome = await replay(c, new Context(dtype))
      if (outcome.status !== 'passed') wrong.push({ id: c.id, ...outcome })
    }
    expect(wrong).toEqual([])
  })
})
