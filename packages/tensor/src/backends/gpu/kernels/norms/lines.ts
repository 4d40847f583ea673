import type { ChannelNormAttrs, RowNormAttrs } from '../../../kernels/norms.js'
import { divide, literal } from '../../source.js'
import { type Line, straight } from '../reduce/lines.js'

/** The numbers of a row. */
export function rowLine(n: number): Line {
  return straight(n, `u*${literal(n)}`, 1)
}

/** The numbers of a row, and the index `k` of the weight of each. */
export function weightedRow({ n, groups, inner }: RowNormAttrs): { setup: string; line: Line } {
  const { setup, base } = firstWeight('u', n / inner, groups)
  const variables = {
    p: { base: `u*${literal(n)}`, far: inner, near: 1 },
    k: { base, far: 1, near: 0 },
  }
  return { setup, line: { n, run: inner, variables } }
}

/** The index of a row's first weight. */
export function firstWeight(row: string, each: number, groups: number): { setup: string; base: string } {
  if (groups === 1) return { setup: '', base: '0.0' }
  return {
    setup: `${divide('round', row, groups)}const first=(${row}-round*${literal(groups)})*${literal(each)};`,
    base: 'first',
  }
}

/** The numbers that share weight `u`, and the row `r_` of each. Where the last round of groups is cut off, numbers from rows · n on are no more. */
export function weightLine({ rows, n, groups, inner }: RowNormAttrs): { setup: string; line: Line } {
  const each = n / inner
  const variables = {
    p: { base: `u*${literal(inner)}`, far: groups * n, near: 1 },
    row: { base: 'group', far: groups, near: 0 },
  }
  return {
    setup: divide('group', 'u', each),
    line: { n: Math.ceil(rows / groups) * inner, run: inner, variables },
  }
}

/** The numbers of a channel. */
export function channelLine({ outer, channels, inner }: ChannelNormAttrs): Line {
  const p = { base: `u*${literal(inner)}`, far: channels * inner, near: 1 }
  return { n: outer * inner, run: inner, variables: { p } }
}

/** The statistics of unit `u`, read once: what {@link normal} needs. */
export function statistics(units: number, u: string): string {
  return `const shift=stats[${u}];const rest=stats[${u}+${literal(units)}];const factor=stats[${u}+${literal(2 * units)}];`
}

/** Number `at`, normalised. */
export function normal(at: string): string {
  return `((x[${at}]-shift)-rest)*factor`
}
