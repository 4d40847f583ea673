import type { Launch, Numbers } from '../../lowering.js'
import { divide, kernel, literal } from '../../source.js'
import { type Path, partsLine, partsOf, pathOf, straight, threads } from '../reduce/lines.js'
import { extreme, sums } from '../reduce/sums.js'

/** Code for `s` = Σ e^(x − m) over a path; `low` is the sum where all are −∞. */
export function powerSum(tag: string, path: Path, low: string): string {
  const load = (k: string) => `const v${k}=exp_(x[p]-m);`
  return (
    sums(tag, path, load, { s: (k) => `v${k}` }, 4) +
    `if(m===INF){s=NAN;}if(m===-INF){s=${low};}if(!(m===m)){s=NAN;}`
  )
}

/** The largest number m of each row and Σ e^(x − m): [rows, 2]. Long rows in parts, each with a largest number of its own. */
export function rowNorms(launch: Launch, x: Numbers, rows: number, n: number): Numbers {
  const plan = { units: rows, parts: partsOf(rows, n, false) }
  const path = pathOf(straight(n, `u*${literal(n)}`, 1), plan.parts)
  const pair = `${divide('u', 'i', 2)}const which=i-2.0*u;`
  const code = (low: string) =>
    `${path.start}${extreme('a', path, '>')}if(which<0.5){return m;}` +
    `${path.start.replaceAll('let ', '')}${powerSum('b', path, low)}return s;`
  if (plan.parts === 1) return launch(kernel(['x'], `${pair}const q=0.0;${code('NAN')}`), 2 * rows, [x])
  const each = rows * plan.parts
  const partial = launch(kernel(['x'], threads({ ...plan, copies: 2 }) + code('0.0')), 2 * each, [x])
  return launch(kernel(['x'], `${pair}${together(partsLine(plan).n, each)}`), 2 * rows, [partial])
}

/** Puts parts together: Σ s e^(m of the part − m). */
function together(parts: number, sumsAt: number): string {
  const path = pathOf(straight(parts, `u*${literal(parts)}`, 1), 1)
  const load = (k: string) => `const v${k}=exp_(x[p]-m);const s${k}=x[p+${literal(sumsAt)}];`
  return (
    `const q=0.0;${path.start}${extreme('a', path, '>')}if(which<0.5){return m;}${path.start.replaceAll('let ', '')}` +
    sums('b', path, load, { s: (k) => `v${k}*s${k}` }, 4) +
    'if(m===INF){s=NAN;}if(m===-INF){s=NAN;}if(!(m===m)){s=NAN;}return s;'
  )
}
