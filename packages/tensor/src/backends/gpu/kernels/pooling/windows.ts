import { BackendError } from '../../../../errors.js'
import type { AvgPoolAttrs, PoolAttrs } from '../../../kernels/pooling.js'
import { MOST_NUMBERS } from '../../device.js'
import { divide, literal } from '../../source.js'
import { addUp, loop, moved, when } from '../blocks.js'

/** A run of positions in one dimension, as a thread finds it. */
export interface Run {
  /** Declares `<name>b`, where it begins, and what else the other parts name. */
  readonly code: string
  /** How many positions it has at most. */
  readonly most: number
  /** How far they lie apart. */
  readonly step: number
  /** Which conditions a position (an expression) must meet to be one of the run's: only those that can fail. */
  conditions(position: string): string[]
}

/** The positions of window `name` (a variable). */
export function windowRun(attrs: PoolAttrs, dim: 0 | 1, name: string): Run {
  const n = attrs.input[dim]
  if (attrs.adaptive) return evenRun(name, n, attrs.output[dim])
  const { most, step, padding, stride, last } = numbers(attrs, dim)
  return {
    code: `const ${name}b=${name}*${literal(stride)}-${literal(padding)};`,
    most,
    step,
    conditions: (position) => [
      ...(padding > 0 ? [`${position}>=0`] : []),
      ...(last >= n ? [`${position}<${n}`] : []),
    ],
  }
}

/** The windows in which position `name` (a variable) stands; of windows without dilation. */
export function coveringRun(attrs: PoolAttrs, dim: 0 | 1, name: string): Run {
  const [n, m] = [attrs.input[dim], attrs.output[dim]]
  if (attrs.adaptive) return evenRun(name, m, n) // window and position stand in each other's run
  const { most: kernel, padding, stride } = numbers(attrs, dim)
  const most = Math.ceil(kernel / stride)
  const [v, q] = [`${name}v`, `${name}q`]
  // The last window that begins at or before the position, and those before it.
  return {
    code:
      `const ${v}=${name}+${literal(padding)};${divide(q, v, stride)}` +
      `const ${name}b=${q}-${literal(most - 1)};`,
    most,
    step: 1,
    conditions: (window) => [
      ...(kernel % stride === 0 ? [] : [`${v}-${window}*${literal(stride)}<${kernel}`]),
      ...(most - 1 > Math.floor(padding / stride) ? [`${window}>=0`] : []),
      ...(Math.floor((n - 1 + padding) / stride) >= m ? [`${window}<${m}`] : []),
    ],
  }
}

/** What the windows of one dimension have in common. */
function numbers(attrs: PoolAttrs, dim: 0 | 1) {
  const [most, step] = [attrs.kernel[dim], attrs.dilation[dim]]
  const [padding, stride] = [attrs.padding[dim], attrs.stride[dim]]
  const last = (attrs.output[dim] - 1) * stride - padding + (most - 1) * step
  return { most, step, padding, stride, last }
}

/** From ⌊i n / m⌋ to, not including, ⌈(i + 1) n / m⌉; the products are formed of the remainder of n / m only, so that they stay small. */
function evenRun(i: string, n: number, m: number): Run {
  const whole = Math.floor(n / m)
  const rest = n - whole * m
  const each = `${i}*${literal(whole)}`
  if (rest === 0) return { code: `const ${i}b=${each};`, most: whole, step: 1, conditions: () => [] }
  if ((m + 1) * rest + m >= MOST_NUMBERS)
    throw new BackendError(
      `gpu: ${m} adaptive windows over ${n} values are too many for the device's numbers; use setBackend(wasm())`,
    )
  const after = `${i}*${literal(rest)}+${literal(rest + m - 1)}`
  return {
    code:
      `const ${i}f=${i}*${literal(rest)};${divide(`${i}q`, `${i}f`, m)}const ${i}b=${each}+${i}q;` +
      `const ${i}g=${after};${divide(`${i}u`, `${i}g`, m)}const ${i}e=${each}+${literal(whole)}+${i}u;`,
    most: Math.ceil(n / m) + 1,
    step: 1,
    conditions: (position) => [`${position}<${i}e`],
  }
}

/**
 * How many values the sum of window `name` is divided by in one dimension, `<name>b` being known: an expression, or a number where all are alike.
 */
export function countIn(attrs: AvgPoolAttrs, dim: 0 | 1, name: string): number | string {
  const [n, m] = [attrs.input[dim], attrs.output[dim]]
  if (attrs.adaptive) return n % m === 0 ? n / m : `(${name}e-${name}b)`
  const { most, padding, stride } = numbers(attrs, dim)
  const end = n + (attrs.countIncludePad ? padding : 0)
  const last = (m - 1) * stride - padding
  const begins = padding > 0 && !attrs.countIncludePad ? `Math.max(${name}b,0.0)` : `${name}b`
  const ends =
    last + most > end ? `Math.min(${name}b+${literal(most)},${literal(end)})` : `(${name}b+${literal(most)})`
  if (begins === `${name}b` && last + most <= end) return most
  return `Math.max(${ends}-${begins},0.0)`
}

/** A loop over a run: `position` is the variable that goes from place to place, from `<name>b` on. */
export function visit(run: Run, name: string, position: string, body: string): string {
  const next = `${position}=${position}+${literal(run.step)};`
  return (
    `let ${position}=${name}b;` +
    loop(`${position}_j`, run.most, `${when(run.conditions(position), body)}${next}`)
  )
}

/** Statements that add `term` to the variable `into` (by way of others, whose names begin with it) for all places of a run. */
export function sumOver(
  run: Run,
  name: string,
  position: string,
  into: string,
  term: (position: string, into: string) => string,
  unroll = run.conditions(position).length > 0 ? 1 : 4,
): string {
  const walk = addUp(into, {
    count: run.most,
    unroll,
    add: (u, sum) => when(run.conditions(position), term(moved(position, u * run.step), sum)),
    advance: (by) => `${position}=${position}+${literal(by * run.step)};`,
  })
  return `let ${position}=${name}b;${walk}`
}
