import type { ConvAttrs } from '../../../kernels/convolution.js'
import type { Lowering } from '../../lowering.js'
import { kernel, literal } from '../../source.js'
import { addParts, addUp, loop, moved, partsOf, places, plus, sumsOfNothing, when } from '../blocks.js'

/** Longer rows of the output are taken in segments, so that there are enough of them to divide. */
const SEGMENT = 256

/** The gradient for the weights: few sums of many terms. A thread goes through rows of the output, or segments of them, of all images. */
export const convWeightGrad: Lowering<'convWeightGrad'> = (
  { inputs: [y, x], outputLengths, attrs },
  launch,
) => {
  const size = outputLengths[0]!
  if (x!.length === 0 || y!.length === 0) return [sumsOfNothing(launch, size, undefined, [1, 1, 1])]
  const { batch, groups, inChannels, outChannels, output, kernel: taps } = attrs
  const ins = inChannels / groups
  const segments = Math.ceil(output[2] / SEGMENT)
  const length = Math.ceil(output[2] / segments)
  const rows = batch * output[0] * output[1] * segments
  const perPart = Math.ceil(rows / Math.min(rows, partsOf(size, rows * length)))
  const parts = Math.ceil(rows / perPart)
  const thread = places('i', [
    ['part', parts],
    ['o', outChannels],
    ['c', ins],
    ['zk', taps[0]],
    ['yk', taps[1]],
    ['xk', taps[2]],
  ])
  const group = places('o', [
    ['group', groups],
    ['member', outChannels / groups],
  ])
  const origin = ['z', 'y', 'x'].map(
    (d, n) => `const ${d}0=${d}k*${literal(attrs.dilation[n]!)}-${literal(attrs.padding[n]!)};`,
  )
  const row = places('r', [
    ['b', batch],
    ['z', output[0]],
    ['y', output[1]],
    ['segment', segments],
  ])
  const sum = rowSum(attrs, length, segments)
  const walk = addUp('s', {
    count: perPart,
    block: 32,
    add: (_, into) => when(parts * perPart > rows ? [`r<${rows}`] : [], `${row}${sum}${into}=${into}+t;`),
    advance: () => 'r=r+1.0;',
  })
  const source = kernel(
    ['ys', 'xs'],
    `${thread}${group}${origin.join('')}const channel=group*${literal(ins)}+c;let s=0.0;let r=part*${literal(perPart)};${walk}return s;`,
  )
  const sums = launch(source, size * parts, [y!, x!])
  return [parts === 1 ? sums : addParts(launch, sums, parts)]
}

/** Statements that form `t`, the sum over one row of the output, or over a segment of it. */
function rowSum(attrs: ConvAttrs, length: number, segments: number): string {
  const { inChannels, outChannels, input, output, stride, dilation, padding, kernel: taps } = attrs
  const nx = input[0] * input[1] * input[2]
  const ny = output[0] * output[1] * output[2]
  const begin =
    `const zx=z*${literal(stride[0])}+z0;const yx=y*${literal(stride[1])}+y0;` +
    `let at=segment*${literal(length)};let xx=at*${literal(stride[2])}+x0;` +
    `let p=xx${plus([inChannels * nx, 'b'], [nx, 'channel'], [input[1] * input[2], 'zx'], [input[2], 'yx'])};` +
    `let q=at${plus([outChannels * ny, 'b'], [ny, 'o'], [output[1] * output[2], 'z'], [output[2], 'y'])};`
  const add = (u: number, into: string) =>
    `${into}=${into}+ys[${moved('q', u)}]*xs[${moved('p', u * stride[2])}];`
  const advance = (by: number) =>
    `p=p+${literal(by * stride[2])};q=q+${literal(by)};xx=xx+${literal(by * stride[2])};at=at+${literal(by)};`
  const tests = ['xx>=0', `xx<${input[2]}`]
  if (segments * length > output[2]) tests.push(`at<${output[2]}`)
  const tested = (name: string, n: number) =>
    n > 0 ? loop(name, n, `${when(tests, add(0, 't'))}${advance(1)}`) : ''
  // From `low` to `high` every position meets the input through every column of the kernel: there is nothing to test.
  const low = Math.ceil(padding[2] / stride[2])
  const room = input[2] - 1 + padding[2] - (taps[2] - 1) * dilation[2]
  const high = Math.min(length, Math.floor(room / stride[2]) + 1)
  const body =
    segments > 1 || low >= high
      ? tested('t_all', length)
      : tested('t_low', low) +
        addUp('t', { count: high - low, unroll: 4, add, advance }) +
        tested('t_high', length - high)
  return `let t=0.0;${begin}${when([...edges(attrs, 0, 'zx'), ...edges(attrs, 1, 'yx')], body)}`
}

/** Which tests a position in the input needs in one dimension. */
function edges(attrs: ConvAttrs, dim: 0 | 1, name: string): string[] {
  const n = attrs.input[dim]
  const last =
    (attrs.output[dim] - 1) * attrs.stride[dim] -
    attrs.padding[dim] +
    (attrs.kernel[dim] - 1) * attrs.dilation[dim]
  return [...(attrs.padding[dim] > 0 ? [`${name}>=0`] : []), ...(last >= n ? [`${name}<${n}`] : [])]
}
