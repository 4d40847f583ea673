import { type Generator, OptionError, Parameter, pad, type Sizes, type Tensor, uniform } from '@core/tensor'
import { checkInteger, checkSizes, describe } from '@core/tensor/extend'
import { Module } from '@nn/module'
import type { Init } from '../initialise.js'
import { initialise } from '../initialise.js'

/** What stands around an image: zeros, its mirror image, its outermost values, or its other end. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular'

/** Options of {@link Conv1d}, {@link Conv2d} and {@link Conv3d}. A number holds for all dimensions. */
export interface ConvLayerOptions {
  /** How far the window moves. Default 1. */
  stride?: Sizes
  /** How much is added at either end; `'valid'`: nothing; `'same'`: as much as keeps the size (stride 1 only). Default 0. */
  padding?: Sizes | 'same' | 'valid'
  /** What is added. Default `'zeros'`. */
  paddingMode?: PaddingMode
  /** Distance between the values of a window. Default 1. */
  dilation?: Sizes
  /** Blocks of channels that are convolved apart. Default 1. */
  groups?: number
  /** Whether a bias is added. Default true. */
  bias?: boolean
  /** How the parameters begin: an initialiser of the weight, or `{ weight, bias }`. Default: as below. */
  init?: Init | undefined
  /** Where the first weights come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

const MODES: readonly string[] = ['zeros', 'reflect', 'replicate', 'circular'] satisfies PaddingMode[]

/** What all convolutions share: the weight, the bias, and their first values. Not a layer by itself. */
export abstract class Convolution extends Module {
  /** Channels of the input. */
  readonly inChannels: number
  /** Channels of the output. */
  readonly outChannels: number
  /** Size of the window. */
  readonly kernelSize: readonly number[]
  /** How far the window moves. */
  readonly stride: readonly number[]
  /** Distance between the values of a window. */
  readonly dilation: readonly number[]
  /** Blocks of channels that are convolved apart. */
  readonly groups: number
  /** [out, in / groups, ...window], of a transposed convolution [in, out / groups, ...window]. */
  readonly weight: Parameter
  /** [out]; undefined without bias. */
  readonly bias: Parameter | undefined

  /** @internal */
  constructor(
    name: string,
    dims: number,
    transposed: boolean,
    [inChannels, outChannels, kernelSize]: readonly [number, number, Sizes],
    options: Pick<ConvLayerOptions, 'stride' | 'dilation' | 'groups' | 'bias' | 'init' | 'generator'>,
  ) {
    super()
    const { groups = 1, bias = true, init, generator } = options
    this.inChannels = checkInteger(name, 'inChannels', inChannels, 1)
    this.outChannels = checkInteger(name, 'outChannels', outChannels, 1)
    this.kernelSize = checkSizes(name, 'kernelSize', kernelSize, dims, 1)
    this.stride = checkSizes(name, 'stride', options.stride ?? 1, dims, 1)
    this.dilation = checkSizes(name, 'dilation', options.dilation ?? 1, dims, 1)
    this.groups = checkInteger(name, 'groups', groups, 1)
    for (const [what, channels] of [
      ['inChannels', inChannels],
      ['outChannels', outChannels],
    ] as const)
      if (channels % groups !== 0)
        throw new OptionError(
          `${name}: ${what} ${channels} cannot be cut into ${groups} groups; use a multiple`,
        )
    const [first, second] = transposed ? [inChannels, outChannels] : [outChannels, inChannels]
    const shape = [first, second / groups, ...this.kernelSize]
    const bound = 1 / Math.sqrt(shape.slice(1).reduce((a, b) => a * b, 1))
    const draw = (sizes: number[]) =>
      new Parameter(uniform(sizes, -bound, bound, generator ? { generator } : {}))
    this.weight = draw(shape)
    this.bias = bias ? draw([outChannels]) : undefined
    initialise(this, init, generator)
  }
}

/** What stands around the input, and how it gets there. */
export interface Surroundings {
  /** What the op itself shall add: zeros. */
  readonly padding: Sizes | 'same' | 'valid'
  /** What is added before, [front, behind] from the last dimension on. */
  readonly around: readonly number[]
  readonly mode: PaddingMode
}

/** The surroundings that a layer's options ask for. */
export function surroundings(
  name: string,
  options: ConvLayerOptions,
  { kernelSize, stride, dilation }: Pick<Convolution, 'kernelSize' | 'stride' | 'dilation'>,
): Surroundings {
  const { padding = 0, paddingMode: mode = 'zeros' } = options
  if (!MODES.includes(mode))
    throw new OptionError(`${name}: paddingMode must be one of ${MODES.join(', ')}, got ${describe(mode)}`)
  if (padding === 'same' && stride.some((s) => s !== 1))
    throw new OptionError(
      `${name}: padding 'same' keeps the size and needs stride 1, got [${stride.join(', ')}]; give the padding in numbers`,
    )
  if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid')
    throw new OptionError(
      `${name}: padding must be a number, numbers, 'same' or 'valid', got ${describe(padding)}`,
    )
  const sizes =
    typeof padding === 'string' ? padding : checkSizes(name, 'padding', padding, kernelSize.length, 0)
  if (mode === 'zeros') return { padding: sizes, around: [], mode }
  const around = kernelSize.map((k, i) => {
    const all = (k - 1) * dilation[i]!
    if (sizes === 'same') return [Math.floor(all / 2), all - Math.floor(all / 2)]
    return sizes === 'valid' ? [0, 0] : [sizes[i]!, sizes[i]!]
  })
  return { padding: 0, around: around.reverse().flat(), mode }
}

/** The input with its surroundings, where the op does not add them. */
export function surround(x: Tensor, { around, mode }: Surroundings): Tensor {
  return mode === 'zeros' ? x : pad(x, around, { mode })
}
