import type { DeviceCall, Launch, Lowering, Numbers } from '../lowering.js'
import { kernel, literal } from '../source.js'
import { places, plus, sumsOfNothing } from './blocks.js'
import { backward, forward } from './convolution/axes.js'
import { gather } from './convolution/gather.js'
import { convWeightGrad } from './convolution/weights.js'

type Three = readonly [number, number, number]

/** How far neighbours lie apart in each dimension. */
const stepsOf = ([, rows, columns]: Three): Three => [rows * columns, columns, 1]
const product = ([a, b, c]: Three) => a * b * c
const NAMES = ['z', 'y', 'x'] as const

/**
 * A convolution in either direction: every thread gathers the terms of one result. `own` is the side of the result, `other` the one that is read.
 */
function convolve(
  { inputs: [x, w, bias], outputLengths, attrs }: DeviceCall<'conv' | 'convInputGrad'>,
  launch: Launch,
  direction: typeof forward | typeof backward,
): Numbers {
  const size = outputLengths[0]!
  const ahead = direction === forward
  const { batch, groups, inChannels, outChannels } = attrs
  const [own, other] = ahead ? [outChannels, inChannels] : [inChannels, outChannels]
  const [to, from] = ahead ? [attrs.output, attrs.input] : [attrs.input, attrs.output]
  const offset = attrs.bias ? bias : undefined
  if (x!.length === 0 || w!.length === 0)
    return sumsOfNothing(launch, size, offset, [batch, own, product(to)])
  const nx = product(from)
  const nw = product(attrs.kernel)
  const ins = inChannels / groups
  const channels = other / groups
  // The weight is [outChannels, ins, kernel]: where in it a thread's first channel begins, and the next ones.
  const first = ahead
    ? plus([ins * nw, 'channel'])
    : plus([(outChannels / groups) * ins * nw, 'group'], [nw, 'member'])
  const axes = NAMES.map((name, d) => direction(attrs, d as 0 | 1 | 2, name))
  const code =
    places('i', [
      ['batch', batch],
      ['channel', own],
      ['z', to[0]],
      ['y', to[1]],
      ['x', to[2]],
    ]) +
    places('channel', [
      ['group', groups],
      ['member', own / groups],
    ]) +
    axes.map((axis) => axis.code).join('') +
    `let p=0.0${plus([other * nx, 'batch'], [channels * nx, 'group'])};let q=0.0${first};` +
    `let s=${offset ? 'bias[channel]' : literal(0)};` +
    gather({
      axes,
      channels,
      steps: { x: stepsOf(from), w: stepsOf(attrs.kernel) },
      apart: { x: nx, w: ahead ? nw : ins * nw },
    }) +
    'return s;'
  const source = kernel(offset ? ['xs', 'ws', 'bias'] : ['xs', 'ws'], code)
  return launch(source, size, offset ? [x!, w!, offset] : [x!, w!])
}

const conv: Lowering<'conv'> = (call, launch) => [convolve(call, launch, forward)]

const convInputGrad: Lowering<'convInputGrad'> = (call, launch) => [convolve(call, launch, backward)]

export const convolution = { conv, convInputGrad, convWeightGrad }
