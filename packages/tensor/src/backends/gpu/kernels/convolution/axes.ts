import type { ConvAttrs } from '../../../kernels/convolution.js'
import { divide, literal } from '../../source.js'

/**
 * One spatial dimension of a convolution as a thread sees it that gathers the terms of one result: `taps` terms; term j is read at position
 * `<name>p + j · move` and has the weight `<name>k + j · skip`, where the conditions of that term hold.
 */
export interface Axis {
  /** Declares `<name>p` and `<name>k`. */
  readonly code: string
  readonly name: string
  readonly taps: number
  readonly move: number
  readonly skip: number
  /** Whether `<name>k` is not 0. */
  readonly phased: boolean
  /** Whether the dimension has no terms at all where `<name>k` is negative. */
  readonly sparse: boolean
  /** Which conditions term j needs (`null`: any term), for its position and weight, both expressions. Only those that can fail. */
  conditions(j: number | null, position: string, weight: string): string[]
}

/** Lists the conditions of a term, or of all. */
function conditions(
  taps: number,
  tests: readonly { holds: (j: number) => boolean; text: (position: string, weight: string) => string }[],
): Axis['conditions'] {
  return (j, position, weight) =>
    tests
      .filter(({ holds }) => {
        if (j !== null) return !holds(j)
        for (let t = 0; t < taps; t++) if (!holds(t)) return true
        return false
      })
      .map(({ text }) => text(position, weight))
}

/** From an output position to the input positions that it meets. */
export function forward(attrs: ConvAttrs, dim: 0 | 1 | 2, name: string): Axis {
  const taps = attrs.kernel[dim]
  const n = attrs.input[dim]
  const [stride, move, padding] = [attrs.stride[dim], attrs.dilation[dim], attrs.padding[dim]]
  const last = (attrs.output[dim] - 1) * stride - padding
  return {
    code: `const ${name}p=${name}*${literal(stride)}-${literal(padding)};const ${name}k=0.0;`,
    name,
    taps,
    move,
    skip: 1,
    phased: false,
    sparse: false,
    conditions: conditions(taps, [
      { holds: (j) => j * move >= padding, text: (position) => `${position}>=0` },
      { holds: (j) => last + j * move < n, text: (position) => `${position}<${n}` },
    ]),
  }
}

/**
 * From an input position x to the output positions that it meets: p = (x + padding − k · dilation) / stride where that is whole. With a stride, only
 * every (stride / g)-th k is; g is the greatest divisor that stride and dilation share.
 */
export function backward(attrs: ConvAttrs, dim: 0 | 1 | 2, name: string): Axis {
  const n = attrs.output[dim]
  const size = attrs.kernel[dim]
  const [stride, dilation, padding] = [attrs.stride[dim], attrs.dilation[dim], attrs.padding[dim]]
  const g = divisor(stride, dilation)
  const skip = stride / g
  const move = dilation / g
  const taps = Math.ceil(size / skip)
  const from = `const ${name}x=${name}+${literal(padding)};`
  const last = attrs.input[dim] - 1 + padding
  const largest = (j: number) => Math.min(size, (j + 1) * skip) - 1
  return {
    code: from + firstTap(name, stride, dilation, skip),
    name,
    taps,
    move: -move,
    skip,
    phased: skip > 1,
    sparse: g > 1,
    conditions: conditions(taps, [
      { holds: (j) => (j + 1) * skip <= size, text: (_, weight) => `${weight}<${size}` },
      { holds: (j) => padding - largest(j) * dilation >= 0, text: (position) => `${position}>=0` },
      {
        holds: (j) => Math.floor((last - j * skip * dilation) / stride) < n,
        text: (position) => `${position}<${n}`,
      },
    ]),
  }
}

/** The first k for which p is whole, and that p; k is −1 where there is none. */
function firstTap(name: string, stride: number, dilation: number, skip: number): string {
  const [x, p, k] = [`${name}x`, `${name}p`, `${name}k`]
  if (stride === 1) return `const ${p}=${x};const ${k}=0.0;`
  if (dilation === 1) return `${divide(p, x, stride)}const ${k}=${x}-${p}*${literal(stride)};`
  let code = `let ${p}=0.0;let ${k}=-1.0;`
  for (let t = 0; t < skip; t++) {
    // The quotient is formed of a number that is not negative.
    const shift = Math.ceil((t * dilation) / stride)
    const q = `${name}q${t}`
    code +=
      `const ${name}v${t}=${x}+${literal(shift * stride - t * dilation)};${divide(q, `${name}v${t}`, stride)}` +
      `if(${q}*${literal(stride)}===${name}v${t}){${p}=${q}-${literal(shift)};${k}=${literal(t)};}`
  }
  return code
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
