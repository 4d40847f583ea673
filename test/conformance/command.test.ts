import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setDefaultDType } from '@core/tensor'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runConformance } from '../../tools/conformance/run.ts'

const raw = (data: readonly number[]) => ({ dtype: 'float32', shape: [data.length], data })
const square = (id: string, x: number, y: number, name = 'square') => ({
  ...{ kind: 'op', id, name, args: [raw([x])], kwargs: {}, outputs: [raw([y])] },
  ...{ cotangents: [raw([1])], gradInputs: [raw([2 * x])] },
})

let folder: string
const write = (name: string, content: unknown) => {
  writeFileSync(join(folder, name), JSON.stringify(content))
  return join(folder, name)
}
const run = async (...argv: readonly string[]) => {
  const lines: string[] = []
  const code = await runConformance(argv, (line) => lines.push(line))
  return { code, lines }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  write('good.json', [square('op/a', 2, 4), square('op/b', 3, 9)])
  write('mixed.json', [
    square('op/c', 2, 4),
    square('op/d', 3, 10),
    square('op/e', 3, 9, 'cube'),
    square('op/f', 4, 9, 'cube'),
  ])
})
afterAll(() => {
  rmSync(folder, { recursive: true })
  setDefaultDType('float32')
})

test('all passed: exit code 0', async () => {
  expect(await run(folder, '--backend', 'reference', '--family', 'good')).toEqual({
    code: 0,
    lines: ['good: 2 passed, 0 failed, 0 unsupported', '2 passed, 0 failed, 0 skipped'],
  })
})

test('failed and unsupported cases are named: exit code 1', async () => {
  expect(await run(folder, '--backend', 'reference')).toEqual({
    code: 1,
    lines: [
      'good: 2 passed, 0 failed, 0 unsupported',
      'mixed: 1 passed, 1 failed, 2 unsupported',
      '  failed op/d outputs[0]: 1 of 1 values differ, largest error 1.00',
      '  unsupported cube: 2',
      '3 passed, 1 failed, 2 skipped',
    ],
  })
})

test('unsupported alone: exit code 1', async () => {
  const { code, lines } = await run(folder, '--backend', 'wasm', '--build', 'simd', '--id', 'op/e')
  expect(code).toBe(1)
  expect(lines.at(-1)).toBe('0 passed, 0 failed, 1 skipped')
})

test('an exception does not count, is named, and said to pass where it does', async () => {
  const reason = 'a limit'
  const file = write('exceptions.txt', [{ id: 'op/d', reason }])
  const { code, lines } = await run(
    folder,
    '--backend',
    'reference',
    '--only',
    'op/[a-d]',
    '--exceptions',
    file,
  )
  expect(code).toBe(0)
  expect(lines.slice(-3)).toEqual(['1 excepted', '  excepted op/d: a limit', '3 passed, 0 failed, 0 skipped'])
  const passing = write('passing.txt', { 'op/a': reason })
  const again = await run(folder, '--backend', 'reference', '--id', 'op/a', '--exceptions', passing)
  expect(again.lines).toContain('  excepted op/a, which passes: a limit')
})

test.each([
  ['more than 1 % of the cases', ['op/c', 'op/d', 'op/e'].map((id) => ({ id, reason: 'a limit' })), /1 %/],
  ['without a reason', [{ id: 'op/d' }], /reason/],
])('exceptions %s: exit code 2', async (_, list, message) => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => {})
  const file = write('exceptions.txt', list)
  expect((await run(folder, '--backend', 'reference', '--exceptions', file)).code).toBe(2)
  expect(complaint.mock.calls[0]![0]).toMatch(message)
  complaint.mockRestore()
})

test('gpu.js in plain JavaScript', async () => {
  const { code, lines } = await run(folder, '--backend', 'gpu', '--mode', 'cpu', '--family', 'good')
  expect([code, lines.at(-1)]).toEqual([0, '2 passed, 0 failed, 0 skipped'])
})

test('--json tells the same', async () => {
  const { code, lines } = await run(folder, '--backend', 'reference', '--family', 'mixed', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(lines.join('\n'))).toMatchObject({
    ...{ passed: 1, failed: 1, skipped: 2 },
    families: [{ family: 'mixed', failures: [{ id: 'op/d' }], missing: { cube: 2 } }],
  })
})

test.each([
  ['no folder', []],
  ['a folder that is not there', ['/nowhere']],
  ['an unknown backend', ['.', '--backend', 'abacus']],
  ['an unknown option', ['.', '--colour']],
  ['a build of what has none', ['.', '--backend', 'reference', '--build', 'simd']],
  ['an unknown mode of the gpu', ['.', '--backend', 'gpu', '--mode', 'opengl']],
  ['no regular expression', ['.', '--only', '(']],
  ['no part', ['.', '--every', '0']],
])('%s: exit code 2', async (_, argv) => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect((await run(...argv)).code).toBe(2)
  expect(complaint).toHaveBeenCalledOnce()
  complaint.mockRestore()
})

test('an id that is in no family: exit code 2', async () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect((await run(folder, '--id', 'op/z')).code).toBe(2)
  complaint.mockRestore()
})
