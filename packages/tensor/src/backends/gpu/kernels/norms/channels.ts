import { filled } from '../../constants.js'
import type { Lowering, Numbers } from '../../lowering.js'
import { divide, kernel, literal } from '../../source.js'
import { separateSums } from '../reduce/fold.js'
import { channelLine, normal, statistics } from './lines.js'
import { measure } from './measure.js'

/** `c`, the channel of number `i`. */
function channelOf(channels: number, inner: number): string {
  return `${divide('r', 'i', inner)}${divide('o', 'r', channels)}const c=r-o*${literal(channels)};`
}

export const channelNorm: Lowering<'channelNorm'> = ({ inputs, attrs }, launch) => {
  const { outer, channels, inner, eps, fixed, weight, bias } = attrs
  const size = outer * channels * inner
  if (size === 0) return [null, filled(launch, 4 * channels, 0)]
  const [x, ...more] = inputs
  const given = fixed ? more.shift() : undefined
  const units = { x: x!, units: channels, line: channelLine(attrs), across: inner === 1, centred: true }
  const stats = given ?? measure(launch, units, eps)
  const source = kernel(
    ['x', 'stats', ...(weight ? ['weight'] : []), ...(bias ? ['bias'] : [])],
    `${channelOf(channels, inner)}${statistics(channels, 'c')}` +
      `return ${normal('i')}${weight ? '*weight[c]' : ''}${bias ? '+bias[c]' : ''};`,
  )
  const y = launch(source, size, [x!, stats, ...more])
  return fixed ? [y] : [y, stats]
}

/** Gradient of the input; given statistics are constants. Those of weight and bias are the sums that it needs. */
export const channelNormGrad: Lowering<'channelNormGrad'> = ({ inputs, attrs, outputLengths }, launch) => {
  const { outer, channels, inner, fixed, weight } = attrs
  const size = outer * channels * inner
  if (size === 0) return outputLengths.map((length) => (length ? filled(launch, length, 0) : null))
  const [g, x, stats] = inputs
  const fold = {
    units: channels,
    across: inner === 1,
    setup: statistics(channels, 'u'),
    line: channelLine(attrs),
    parameters: ['g', 'x', 'stats'],
    args: [g!, x!, stats!],
    load: (k: string) => `const g${k}=g[p];const z${k}=${normal('p')};`,
    width: 4 as const,
  }
  const sums: readonly Numbers[] =
    weight || !fixed ? separateSums(launch, fold, [(k) => `g${k}*z${k}`, (k) => `g${k}`]) : []
  const scale = `factor${weight ? '*weight[c]' : ''}`
  const affine = weight ? ['weight'] : []
  const over = literal(outer * inner)
  const source = fixed
    ? kernel(
        ['g', 'stats', ...affine],
        `${channelOf(channels, inner)}${statistics(channels, 'c')}return ${scale}*g[i];`,
      )
    : kernel(
        ['g', 'x', 'stats', ...affine, 'sumGz', 'sumG'],
        `${channelOf(channels, inner)}${statistics(channels, 'c')}` +
          `return ${scale}*(g[i]-sumG[c]/${over}-(${normal('i')})*sumGz[c]/${over});`,
      )
  const dx = launch(source, size, fixed ? [g!, ...inputs.slice(2)] : [...inputs, ...sums])
  return weight ? [dx, ...sums] : [dx]
}
