import type { Outcome } from './replay.ts'

/** How one case went. */
export interface Result {
  readonly id: string
  readonly outcome: Outcome
}

/** How one file of cases went. */
export interface Family {
  readonly name: string
  readonly results: readonly Result[]
  /** Cases that do not count, with the reason, and whether they pass all the same. */
  readonly exceptions: readonly { readonly id: string; readonly reason: string; readonly passes: boolean }[]
}

/** How many of a family ended how. */
export function countsOf(families: readonly Family[]): {
  passed: number
  failed: number
  unsupported: number
} {
  const counts = { passed: 0, failed: 0, unsupported: 0 }
  for (const { results } of families) for (const { outcome } of results) counts[outcome.status]++
  return counts
}

/** The report in lines. */
export function* lines(families: readonly Family[]): Generator<string> {
  for (const family of families) {
    const { passed, failed, unsupported } = countsOf([family])
    yield `${family.name}: ${passed} passed, ${failed} failed, ${unsupported} unsupported`
    for (const { id, outcome } of family.results)
      if (outcome.status === 'failed')
        for (const { field, message } of outcome.faults) yield `  failed ${id} ${field}: ${message}`
    for (const [what, count] of missing(family)) yield `  unsupported ${what}: ${count}`
  }
  const out = families.flatMap((family) => family.exceptions)
  if (out.length > 0) {
    yield `${out.length} excepted`
    for (const { id, reason, passes } of out)
      yield `  excepted ${id}${passes ? ', which passes' : ''}: ${reason}`
  }
  const { passed, failed, unsupported } = countsOf(families)
  yield `${passed} passed, ${failed} failed, ${unsupported} skipped`
}

/** Each missing name with its count. */
function missing(family: Family): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome } of family.results)
    if (outcome.status === 'unsupported') counts.set(outcome.what, (counts.get(outcome.what) ?? 0) + 1)
  return counts
}

/** The report as JSON. */
export function json(families: readonly Family[]): string {
  const { passed, failed, unsupported } = countsOf(families)
  const described = families.map((family) => ({
    family: family.name,
    ...countsOf([family]),
    failures: family.results.flatMap(({ id, outcome }) =>
      outcome.status === 'failed' ? [{ id, faults: outcome.faults }] : [],
    ),
    missing: Object.fromEntries(missing(family)),
    exceptions: family.exceptions,
  }))
  return JSON.stringify({ passed, failed, skipped: unsupported, families: described }, null, 2)
}
