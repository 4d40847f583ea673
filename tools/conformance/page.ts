// Runs in a page: replays cases there on the gpu backend, when it is asked to from outside (browser.ts).
import { backendInfo, setBackend, setDefaultDType, tensor } from '@core/tensor'
import { gpu } from '@core/tensor/gpu'
import type { Case } from './cases.ts'
import { Context } from './context.ts'
import { type Outcome, replay } from './replay.ts'

/** How a case went in a page. */
export interface PageOutcome {
  readonly outcome: Outcome
  /** Why nothing can be computed in this page any more; null where it can. */
  readonly broken: string | null
}

/** What the page offers to whoever drives it, as `globalThis.conformance`. */
export interface Page {
  start(mode: 'webgpu' | 'webgl2'): Promise<string>
  replay(family: string, index: number): Promise<PageOutcome>
}

let read: { family: string; cases: Case[] } | null = null

async function casesOf(family: string): Promise<Case[]> {
  if (read?.family !== family) {
    const response = await fetch(`/cases/${encodeURIComponent(family)}.json`)
    if (!response.ok) throw new Error(`the cases of ${family} cannot be read: ${response.statusText}`)
    read = { family, cases: (await response.json()) as Case[] }
  }
  return read.cases
}

/** What is started late fails late: the case is over only when the device still works behind it. */
async function brokenBy(): Promise<string | null> {
  try {
    const six = await tensor([[2]])
      .matmul(tensor([[3]]))
      .item()
    return six === 6 ? null : `2 · 3 gives ${six} on the device`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const page: Page = {
  async start(mode) {
    await setBackend(gpu({ mode }))
    setDefaultDType('float32')
    return backendInfo().build ?? ''
  },
  async replay(family, index) {
    const cases = await casesOf(family)
    const outcome = await replay(cases[index]!, new Context('float32'))
    return { outcome, broken: await brokenBy() }
  },
}
Object.assign(globalThis, { conformance: page })
