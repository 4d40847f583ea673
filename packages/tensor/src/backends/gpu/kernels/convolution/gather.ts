import { literal } from '../../source.js'
import { addUp, loop, moved, plus, when } from '../blocks.js'
import type { Axis } from './axes.js'

/** What one result is gathered from: `channels` channels of three axes each. */
export interface Gathering {
  readonly axes: readonly Axis[]
  readonly channels: number
  /** How far neighbours along each axis lie apart, in what is read and in the weight. */
  readonly steps: { readonly x: readonly number[]; readonly w: readonly number[] }
  /** How far channels lie apart. */
  readonly apart: { readonly x: number; readonly w: number }
}

/** A kernel of so many positions or fewer is written out. */
const WRITTEN_OUT = 64

/**
 * Statements that add to `s` all terms xs[…] · ws[…] of one result. `p` and `q`, declared before, are the places of the first channel's origin.
 */
export function gather({ axes, channels, steps, apart }: Gathering): string {
  const positions = axes.reduce((n, { taps }) => n * taps, 1)
  const sparse = axes.filter((axis) => axis.sparse).map(({ name }) => `${name}k>=0`)
  const phased = axes.map((axis, d): [number, string] => [axis.phased ? steps.w[d]! : 0, `${axis.name}k`])
  const origin = axes.map((axis, d): [number, string] => [steps.x[d]!, `${axis.name}p`])
  const written = positions <= WRITTEN_OUT
  // Few positions: several channels at once, so that their loads need not wait for each other's sums.
  const unroll = positions <= 4 ? 4 : 1
  const step = written
    ? (u: number, into: string) => writtenOut(axes, steps, into, u * apart.x, u * apart.w)
    : (_: number, into: string) => looped(axes, steps, into)
  const walk = addUp('s', {
    count: channels,
    unroll,
    block: Math.max(unroll, Math.floor(256 / positions)),
    add: step,
    advance: (by) => `p=p+${literal(by * apart.x)};q=q+${literal(by * apart.w)};`,
  })
  const begin = written ? `p=p${plus(...origin)};q=q${plus(...phased)};` : ''
  return when(sparse, begin + walk)
}

/** Every term a statement, at a distance from `p` and `q` that is known. */
function writtenOut(
  axes: readonly Axis[],
  steps: Gathering['steps'],
  into: string,
  x: number,
  w: number,
): string {
  const [axis, ...inner] = axes
  if (!axis) return `${into}=${into}+xs[${moved('p', x)}]*ws[${moved('q', w)}];`
  const d = 3 - axes.length
  let code = ''
  for (let j = 0; j < axis.taps; j++) {
    const conditions = axis.conditions(
      j,
      moved(`${axis.name}p`, j * axis.move),
      moved(`${axis.name}k`, j * axis.skip),
    )
    const term = writtenOut(
      inner,
      steps,
      into,
      x + j * axis.move * steps.x[d]!,
      w + j * axis.skip * steps.w[d]!,
    )
    code += when(conditions, term)
  }
  return code
}

/** Loops over the terms, with the places as running numbers. */
function looped(axes: readonly Axis[], steps: Gathering['steps'], into: string): string {
  const [axis, ...inner] = axes
  if (!axis) {
    const at = (step: readonly number[], letter: string) =>
      plus(...['z', 'y', 'x'].map((name, d): [number, string] => [step[d]!, `${into}${name}${letter}`]))
    return `${into}=${into}+xs[p${at(steps.x, 'p')}]*ws[q${at(steps.w, 'k')}];`
  }
  const [p, k] = [`${into}${axis.name}p`, `${into}${axis.name}k`]
  const body = when(axis.conditions(null, p, k), looped(inner, steps, into))
  return (
    `let ${p}=${axis.name}p;let ${k}=${axis.name}k;` +
    loop(`${p}j`, axis.taps, `${body}${p}=${p}+${literal(axis.move)};${k}=${k}+${literal(axis.skip)};`)
  )
}
