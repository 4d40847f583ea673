import type { Launch, Numbers } from '../../lowering.js'
import { kernel, literal } from '../../source.js'
import { type Line, type Path, partsLine, partsOf, pathOf, threads } from '../reduce/lines.js'
import { sums } from '../reduce/sums.js'

/** What statistics are of. */
export interface Measured {
  readonly x: Numbers
  readonly units: number
  readonly line: Line
  readonly across: boolean
  readonly centred: boolean
}

/**
 * The statistics of each unit, [4, units]: shift, rest, 1 / √(variance + eps), variance. A thread goes twice through its numbers: for
 * their mean, then for their differences from it. Parts of long lines are put together by how far their means lie from that of all.
 */
export function measure(launch: Launch, { x, units, line, across, centred }: Measured, eps: number): Numbers {
  const parts = partsOf(units, line.n, false)
  const plan = { units, parts, across }
  const path = pathOf(line, parts)
  if (parts === 1) {
    const code = threads({ ...plan, copies: 4 }) + path.start + moments(path, line.n, centred)
    return launch(kernel(['x', 'eps'], code + results(line.n, centred)), 4 * units, [x, eps])
  }
  const kept = centred ? 'if(which<0.5){return mean;}if(which<1.5){return rest;}' : ''
  const copies = centred ? 3 : 1
  const code =
    threads({ ...plan, copies }) +
    path.start +
    (path.extra > 0
      ? `let count=${literal(path.count)};if(q<${literal(path.extra)}){count=count+1.0;}`
      : '') +
    moments(path, path.extra > 0 ? 'count' : path.count, centred) +
    `${kept}return squares;`
  const partial = launch(kernel(['x'], code), copies * units * parts, [x])
  const all = threads({ units, parts: 1, copies: 4 })
  const joined = together(partsLine(plan), units * parts, path, line.n, centred)
  return launch(kernel(['y', 'eps'], all + joined + results(line.n, centred)), 4 * units, [partial, eps])
}

/** Code for the mean of a path, Σ (x − mean) and Σ (x − mean)². */
function moments(path: Path, count: number | string, centred: boolean): string {
  if (!centred) {
    const load = (k: string) => `const v${k}=x[p];`
    return sums('a', path, load, { squares: (k) => `v${k}*v${k}` })
  }
  const n = typeof count === 'number' ? literal(count) : count
  const first = (k: string) => `const v${k}=x[p];`
  const second = (k: string) => `const d${k}=x[p]-mean;`
  // Numbers of the plain JavaScript mode are wider than those that are kept.
  return (
    `${sums('a', path, first, { total: (k) => `v${k}` })}const mean=Math.fround(total/${n});${again(path)}` +
    sums('b', path, second, { rest: (k) => `d${k}`, squares: (k) => `d${k}*d${k}` })
  )
}

/** With δ = mean of a part − mean: Σ (x − mean) = c δ + rest, Σ (x − mean)² = c δ² + 2 δ rest + squares. */
function together(line: Line, each: number, cut: Path, n: number, centred: boolean): string {
  const counted = { ...line, variables: { ...line.variables, f: { base: '0.0', far: 1, near: 0 } } }
  const path = pathOf(centred && cut.extra > 0 ? counted : line, 1)
  if (!centred) return path.start + sums('a', path, (k) => `const v${k}=y[p];`, { squares: (k) => `v${k}` })
  const count = (k: string) =>
    cut.extra === 0
      ? `const c${k}=${literal(cut.count)};`
      : `let c${k}=${literal(cut.count)};if(f<${literal(cut.extra)}){c${k}=${literal(cut.count + 1)};}`
  const first = (k: string) => `${count(k)}const v${k}=y[p]*(c${k}/${literal(n)});`
  const second = (k: string) =>
    `${count(k)}const d${k}=y[p]-mean;const t${k}=c${k}*d${k};const r${k}=y[p+${literal(each)}];` +
    `const w${k}=y[p+${literal(2 * each)}]+d${k}*(t${k}+2.0*r${k});`
  return (
    `${path.start}${sums('a', path, first, { total: (k) => `v${k}` }, 4)}const mean=Math.fround(total);${again(path)}` +
    sums('b', path, second, { rest: (k) => `t${k}+r${k}`, squares: (k) => `w${k}` }, 4)
  )
}

/** Back to the first number. */
const again = (path: Path): string => path.start.replaceAll('let ', '')

/** A mean off by a rounding must not make a variance of nearly 0 negative. */
function results(n: number, centred: boolean): string {
  const begin = centred
    ? `if(which<0.5){return mean;}const off=rest/${literal(n)};if(which<1.5){return off;}`
    : 'if(which<1.5){return 0.0;}'
  return (
    `${begin}let variance=squares/${literal(n)}${centred ? '-off*off' : ''};if(variance<0.0){variance=0.0;}` +
    'if(which<2.5){return 1.0/Math.sqrt(variance+eps);}return variance;'
  )
}
