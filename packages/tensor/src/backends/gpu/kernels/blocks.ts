import { filled } from '../constants.js'
import type { Launch, Numbers } from '../lowering.js'
import { divide, kernel, literal } from '../source.js'

/** A sum that a kernel's text forms term by term, walking along its operands. */
export interface Terms {
  /** How many steps the walk has. */
  readonly count: number
  /** How many steps are written out one after the other, each with an accumulator of its own; more than 1 only where `add` declares nothing. Default 1. */
  readonly unroll?: number
  /** How many steps are added up apart, so that the rounding errors of long sums stay small. Default 256. */
  readonly block?: number
  /** What step `u` of those written out adds to the variable `into`: statements. */
  add(u: number, into: string): string
  /** What brings the walk on by some steps. */
  advance(by: number): string
}

/** Statements that add terms to the variable `into`. Names that begin with it belong to them. */
export function addUp(into: string, { count, unroll = 1, block = 256, add, advance }: Terms): string {
  const rounds = Math.floor(count / unroll)
  const perBlock = Math.max(1, Math.floor(block / unroll))
  const rest = (add(0, into) + advance(1)).repeat(count - rounds * unroll)
  if (rounds === 0) return rest
  const parts = Array.from({ length: unroll }, (_, u) => `${into}_${u}`)
  const clear = parts.map((part) => `${part}=0.0;`).join('')
  const collect = `${into}=${into}+${pairwise(parts)};`
  const round = parts.map((part, u) => add(u, part)).join('') + advance(unroll)
  const short = (n: number) => loop(`${into}_j`, n, round) + collect
  let code = parts.map((part) => `let ${part}=0.0;`).join('')
  if (rounds < 2 * perBlock) code += short(rounds)
  else {
    const blocks = Math.floor(rounds / perBlock)
    const tail = rounds - blocks * perBlock
    code += loop(`${into}_b`, blocks, short(perBlock) + clear)
    if (tail > 0) code += short(tail)
  }
  return code + rest
}

/** A loop of `n` rounds; the name of its variable is not used in the body. */
export function loop(name: string, n: number, body: string): string {
  return n === 1 ? body : `for(let ${name}=0;${name}<${n};${name}++){${body}}`
}

/** A body that is carried out where all conditions hold. */
export function when(conditions: readonly string[], body: string): string {
  return conditions.reduceRight((code, condition) => `if(${condition}){${code}}`, body)
}

function pairwise(names: readonly string[]): string {
  if (names.length === 1) return names[0]!
  const half = names.length >> 1
  return `(${pairwise(names.slice(0, half))}+${pairwise(names.slice(half))})`
}

/** The place of the index `index` (an expression) in each dimension, outermost first: `const <name> = …`, all of them floats. */
export function places(index: string, dims: readonly (readonly [name: string, size: number])[]): string {
  const largest = dims.findIndex(([, size]) => size !== 1)
  let code = ''
  let rest = index
  for (let d = dims.length - 1; d >= 0; d--) {
    const [name, size] = dims[d]!
    if (size === 1) code += `const ${name}=0.0;`
    else if (d === largest) code += `const ${name}=${rest};`
    else {
      code += `${divide(`${name}_q`, rest, size)}const ${name}=${rest}-${name}_q*${size};`
      rest = `${name}_q`
    }
  }
  return code
}

/** ` + Σ factor · name`, the terms with a factor of 0 left out. */
export function plus(...terms: readonly (readonly [factor: number, name: string])[]): string {
  return terms
    .filter(([factor]) => factor !== 0)
    .map(([factor, name]) => `+${name}${factor === 1 ? '' : `*${literal(factor)}`}`)
    .join('')
}

/** An index moved by a number that is known. */
export function moved(index: string, by: number): string {
  return by === 0 ? index : by > 0 ? `${index}+${by}` : `${index}-${-by}`
}

/** In how many parts long sums are formed where there are few of them: a device is idle unless it has thousands of threads. */
export function partsOf(sums: number, terms: number): number {
  if (terms < LONG || sums > THREADS / 2) return 1
  return Math.max(1, Math.min(Math.floor(THREADS / sums), Math.floor(terms / SHORT)))
}

/** A shorter sum takes less time than the second launch would. */
const LONG = 2048
/** What a part has at least. */
const SHORT = 256
const THREADS = 65536

/** Adds up the parts of sums, [parts, sums]. The code of `start` declares `s`, what number `i` begins with, which may be read from inputs of its own. */
export function addParts(
  launch: Launch,
  partial: Numbers,
  parts: number,
  start: { code: string; inputs: readonly (readonly [string, Numbers])[] } = {
    code: 'let s=0.0;',
    inputs: [],
  },
): Numbers {
  const sums = partial.length / parts
  const walk = addUp('s', {
    count: parts,
    unroll: 4,
    block: 64,
    add: (u, into) => `${into}=${into}+x[${u === 0 ? 'p' : `p+n*${u}`}];`,
    advance: (by) => `p=p+n*${by};`,
  })
  const source = kernel(
    ['x', ...start.inputs.map(([name]) => name), 'n'],
    `${start.code}let p=i;${walk}return s;`,
  )
  return launch(source, sums, [partial, ...start.inputs.map(([, numbers]) => numbers), sums])
}

/** The sums of nothing: 0, or `bias` of the second of three dimensions. */
export function sumsOfNothing(
  launch: Launch,
  size: number,
  bias: Numbers | undefined,
  [, channels, inner]: readonly [number, number, number],
): Numbers {
  if (!bias) return filled(launch, size, 0)
  const where = places('i', [
    ['outer', size / (channels * inner)],
    ['channel', channels],
    ['at', inner],
  ])
  return launch(kernel(['bias'], `${where}return bias[channel];`), size, [bias])
}
