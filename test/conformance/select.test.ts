import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readOptions } from '../../tools/conformance/options.ts'
import { select } from '../../tools/conformance/select.ts'

const folder = fileURLToPath(new URL('../../tools/conformance/fixtures/', import.meta.url))
const cases = (...argv: readonly string[]) =>
  select(readOptions([folder, ...argv])!).families.flatMap((family) => family.cases.map((s) => s.case))
const names = (all: readonly { kind: string; name: string }[]) =>
  [...new Set(all.map(({ kind, name }) => `${kind} ${name}`))].sort()

test('a part has every name, each as often as it says, and the same cases every time', () => {
  const all = cases()
  const most = cases('--every', '1000')
  expect(names(most)).toEqual(names(all))
  expect(most).toHaveLength(names(all).length)
  expect(cases('--every', '1000')).toEqual(most)
  for (const every of [2, 3, 7]) {
    const part = cases('--every', String(every))
    expect(names(part)).toEqual(names(all))
    expect(part.length).toBeLessThan(all.length / every + names(all).length)
  }
  expect(cases('--every', '1')).toEqual(all)
})

test('--only fits ids, --id is one', () => {
  expect(cases('--only', '^op/(add|mul)/').map(({ name }) => name)).toEqual(
    cases('--family', 'ops').flatMap(({ name }) => (['add', 'mul'].includes(name) ? [name] : [])),
  )
  const [first] = cases('--family', 'lecture')
  expect(cases('--id', first!.id)).toEqual([first])
})
