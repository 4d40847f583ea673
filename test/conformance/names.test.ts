import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LOSSES } from '../../tools/conformance/losses.ts'
import { MODULES } from '../../tools/conformance/modules/index.ts'
import { OPS } from '../../tools/conformance/ops/index.ts'
import { CLIPS, OPTIMIZERS } from '../../tools/conformance/optim.ts'
import { RECURRENT } from '../../tools/conformance/recurrent.ts'
import { SCHEDULES } from '../../tools/conformance/schedules.ts'

const list = readFileSync(new URL('../../tools/conformance/fixtures/NAMES.md', import.meta.url), 'utf8')
const optim = { ...OPTIMIZERS, ...CLIPS, 'AdamW.groups': OPTIMIZERS.AdamW }
const tables = {
  modules: MODULES,
  losses: LOSSES,
  ops: OPS,
  optim,
  recurrent: RECURRENT,
  schedules: SCHEDULES,
}

// Also those of which the fixtures have no case.
test.each(['modules', 'losses', 'ops', 'optim', 'recurrent', 'schedules'] as const)(
  'every name that PyTorch has in %s is mapped',
  (family) => {
    const names = new RegExp(`\\*\\*${family}\\*\\*: (.*)`).exec(list)![1]!.split(', ')
    expect(names.filter((name) => !Object.hasOwn(tables[family], name))).toEqual([])
  },
)
