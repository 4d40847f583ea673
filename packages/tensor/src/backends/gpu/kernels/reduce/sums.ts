import { literal } from '../../source.js'
import type { Path } from './lines.js'

/** Statements that read the numbers at the current place; what they declare ends in `k`. */
export type Load = (k: string) => string

/** How many numbers are read one after the other and added as a tree: fewer of those that take much code, which takes long to compile. */
export type Width = 4 | 8

/**
 * Code that sums terms over a thread's part of a line, each into a variable of its name. Numbers are added as small trees, these in blocks:
 * the error of float32 sums grows with the length of the longest chain of additions.
 *
 * @param tag - sets the names of this loop apart from those of others in the kernel
 */
export function sums(
  tag: string,
  { count, extra, advance }: Path,
  load: Load,
  terms: Readonly<Record<string, (k: string) => string>>,
  width: Width = 8,
): string {
  const names = Object.keys(terms)
  const each = (code: (name: string) => string) => names.map(code).join('')
  const trees = Math.floor(count / width)
  const keys = [...'abcdefgh'.slice(0, width)].map((k) => tag + k)
  const block = trees <= 16 ? trees : Math.ceil(Math.sqrt(trees))
  const into = (name: string) => (block < trees ? `${name}_${tag}` : name)
  const flush = `${each((name) => `${name}=${name}+${into(name)};${into(name)}=0.0;`)}length_${tag}=0.0;`
  const step =
    keys.map((k) => load(k) + advance).join('') +
    each((name) => `${into(name)}=${into(name)}+${tree(keys.map((k) => terms[name]!(k)))};`) +
    (block < trees ? `length_${tag}=length_${tag}+1.0;if(length_${tag}>${block - 1}.5){${flush}}` : '')
  const one = (k: string) => load(k) + each((name) => `${name}=${name}+${terms[name]!(k)};`)
  return (
    each((name) => `let ${name}=0.0;`) +
    (block < trees ? `${each((name) => `let ${into(name)}=0.0;`)}let length_${tag}=0.0;` : '') +
    loop(`${tag}_k`, trees, step) +
    (block < trees ? each((name) => `${name}=${name}+${into(name)};`) : '') +
    loop(`${tag}_t`, count - width * trees, one(`${tag}t`) + advance) +
    last(extra, one(`${tag}z`))
  )
}

function tree(terms: readonly string[]): string {
  if (terms.length === 1) return `(${terms[0]})`
  const half = terms.length / 2
  return `(${tree(terms.slice(0, half))}+${tree(terms.slice(half))})`
}

/** Code that does the same with every number, in order. */
export function inTurn(tag: string, { count, extra, advance }: Path, code: Load): string {
  const fours = Math.floor(count / 4)
  return (
    loop(`${tag}_k`, fours, [...'abcd'].map((k) => code(tag + k) + advance).join('')) +
    loop(`${tag}_t`, count - 4 * fours, code(`${tag}t`) + advance) +
    last(extra, code(`${tag}z`))
  )
}

/** Code that finds the largest number (`>`) or the smallest (`<`) as `m`; NaN wins. */
export function extreme(tag: string, path: Path, order: '>' | '<'): string {
  return (
    `let m=${order === '>' ? '-INF' : 'INF'};let bad=0.0;` +
    inTurn(tag, path, (k) => `const v${k}=x[p];if(v${k}${order}m){m=v${k};}if(!(v${k}===v${k})){bad=1.0;}`) +
    'if(bad>0.5){m=NAN;}'
  )
}

function loop(variable: string, rounds: number, body: string): string {
  if (rounds === 0) return ''
  return rounds === 1 ? `{${body}}` : `for(let ${variable}=0;${variable}<${rounds};${variable}++){${body}}`
}

/** The number that only the first threads have. */
function last(extra: number, code: string): string {
  return extra === 0 ? '' : `if(q<${literal(extra)}){${code}}`
}
