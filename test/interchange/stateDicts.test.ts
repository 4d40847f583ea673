import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadFile, loadHeader, saveFile } from '@core/safetensors/node'
import { FormatError, manualSeed, noGrad, randn, tensor } from '@core/tensor'
import { packCheckpoint } from '@nn/train'
import { afterAll, describe, expect, test } from 'vitest'
import { MODELS } from './models.js'

// Made by tools/fixtures/state_dicts.py with PyTorch and its writer of safetensors.
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url))
const SCRIPT = fileURLToPath(new URL('../../tools/fixtures/state_dicts.py', import.meta.url))

interface Case {
  names: string[]
  input: number[][]
  output: number[][]
}
const cases = Object.entries(
  (JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as { cases: Record<string, Case> })
    .cases,
)
const torch = spawnSync('python3', ['-c', 'import torch, safetensors.torch']).status === 0

const folder = mkdtempSync(join(tmpdir(), 'interchange-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** How PyTorch names and holds integers: `num_batches_tracked` is I64 there. */
const integers = (names: readonly string[]) => names.filter((name) => name.endsWith('num_batches_tracked'))

describe('a state dict that PyTorch saved', () => {
  test.each(cases)('%s: has our names in our order, loads, and gives its outputs', async (name, expected) => {
    const model = MODELS[name]!()
    expect(Object.keys(model.stateDict())).toEqual(expected.names)
    const report = model.loadStateDict(await loadFile(join(FIXTURES, `${name}.safetensors`)))
    expect(report).toEqual({ missing: [], unexpected: [] })
    const output = noGrad(() => model.eval().forward(tensor(expected.input)))
    const wanted = tensor(expected.output)
    expect(output.shape).toEqual(wanted.shape)
    const [found, goal] = [output.dataSync(), wanted.dataSync()]
    for (const [i, value] of goal.entries())
      expect(Math.abs(found[i]! - value), `value ${i}`).toBeLessThan(2e-6)
  })

  test.each(cases)('%s: what we save of it is the same file, byte for byte', async (name, { names }) => {
    const model = MODELS[name]!()
    const source = join(FIXTURES, `${name}.safetensors`)
    model.loadStateDict(await loadFile(source))
    const target = join(folder, 'same.safetensors')
    await saveFile(target, model.stateDict(), { metadata: { format: 'pt' }, int64: integers(names) })
    expect(readFileSync(target).equals(readFileSync(source))).toBe(true)
  })

  test('counts batches in I64', async () => {
    const { tensors } = await loadHeader(join(FIXTURES, 'convolution.safetensors'))
    const counts = tensors.filter(({ dtype }) => dtype === 'I64')
    expect(counts.map(({ name }) => name)).toEqual(['1.num_batches_tracked', '4.num_batches_tracked'])
    const model = MODELS.convolution!()
    model.loadStateDict(await loadFile(join(FIXTURES, 'convolution.safetensors')))
    expect(model.stateDict()['1.num_batches_tracked']!.itemSync()).toBe(3)
  })

  test('of another model is refused, and changes nothing', async () => {
    const gru = MODELS.gru!()
    const before = gru.stateDict()['rnn.weight_ih_l0']!.toArraySync()
    const lstm = await loadFile(join(FIXTURES, 'lstm.safetensors'))
    expect(() => gru.loadStateDict(lstm)).toThrow(FormatError)
    expect(gru.stateDict()['rnn.weight_ih_l0']!.toArraySync()).toEqual(before)
  })
})

/** Trains batch norms a little, then writes weights, inputs and outputs as the script expects them. */
async function writeOurs(): Promise<void> {
  manualSeed(11)
  const ours: Record<string, object> = {}
  for (const [name, { input, names }] of cases) {
    const model = MODELS[name]!()
    const x = randn(tensor(input).shape)
    model.forward(x)
    const output = noGrad(() => model.eval().forward(x))
    const path = join(folder, `${name}.safetensors`)
    await saveFile(path, model.stateDict(), { int64: integers(names) })
    ours[name] = { input: x.toArraySync(), output: output.toArraySync() }
  }
  writeFileSync(join(folder, 'expected.json'), JSON.stringify({ cases: ours }))
}

describe.skipIf(!torch)('PyTorch, where it is installed,', { timeout: 120_000 }, () => {
  const python = (...args: string[]) => spawnSync('python3', args, { encoding: 'utf8' })

  test('loads what we saved, strictly, and gives our outputs', async () => {
    await writeOurs()
    const { status, stdout, stderr } = python(SCRIPT, folder)
    expect(status, stdout + stderr).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(cases.length)
  })

  test('notices where the outputs are others', async () => {
    const path = join(folder, 'linear.safetensors')
    const state = await loadFile(path)
    await saveFile(path, { ...state, '2.weight': state['2.weight']!.mul(1.001) })
    expect(python(SCRIPT, folder).status).toBe(1)
  })

  test('reads the weights out of a checkpoint', async () => {
    const model = MODELS.gru!()
    const path = join(folder, 'checkpoint.safetensors')
    writeFileSync(path, await packCheckpoint({ model }, { step: 7 }))
    const code = `
import sys, json
from safetensors.torch import load_file
print(json.dumps({k.removeprefix('model.'): v.flatten().tolist() for k, v in load_file(sys.argv[1]).items()}))`
    const { stdout, stderr } = python('-c', code, path)
    const read = JSON.parse(stdout || stderr) as Record<string, number[]>
    const state = model.stateDict()
    expect(Object.keys(read).sort()).toEqual(Object.keys(state).sort())
    for (const [name, values] of Object.entries(read))
      expect(Float32Array.from(values)).toEqual(state[name]!.dataSync())
  })
})
