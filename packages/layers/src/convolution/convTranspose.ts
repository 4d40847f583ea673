import { convTranspose1d, convTranspose2d, type Generator, type Sizes, type Tensor } from '@core/tensor'
import { checkOptions, checkSizes } from '@core/tensor/extend'
import type { Init } from '../initialise.js'
import { Convolution } from './convolution.js'

/** Options of {@link ConvTranspose1d} and {@link ConvTranspose2d}. A number holds for all dimensions. */
export interface ConvTransposeLayerOptions {
  /** How far apart the windows are put. Default 1. */
  stride?: Sizes
  /** How much is cut from either end. Default 0. */
  padding?: Sizes
  /** How much longer the end becomes; less than the stride or the dilation. Default 0. */
  outputPadding?: Sizes
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

const NAMES = ['stride', 'padding', 'outputPadding', 'dilation', 'groups', 'init', 'generator'] as const

function checked(name: string, options: ConvTransposeLayerOptions): ConvTransposeLayerOptions {
  return checkOptions(name, options, NAMES, ['bias'])
}

/**
 * Transposed convolution of sequences: along one dimension (Zeiler et al., 2010): each input value puts the window, times itself,
 * into the output: $y_{o,\,ps - q + kd} \mathrel{+}= w_{c,o,k}\, x_{c,p}$, from the bias on. It enlarges where {@link Conv1d} shrinks.
 *
 * Input [batch, in, n] or [in, n]; output [batch, out, …] or [out, …], each dimension
 * $(n - 1)s - 2q + d(k - 1) + r + 1$ with outputPadding r. Weight and bias begin uniform in ±1/√fan, fan = out / groups · window (PyTorch's default).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ConvTranspose1d } from '@nn/layers'
 * new ConvTranspose1d(4, 6, 4, { stride: 2 }).forward(randn([8, 4, 10])).shape // => [8, 6, 22]
 * ```
 */
export class ConvTranspose1d extends Convolution {
  /** How much is cut from either end. */
  readonly padding: readonly number[]
  /** How much longer the end becomes. */
  readonly outputPadding: readonly number[]

  /**
   * @param inChannels - channels of the input, at least 1
   * @param outChannels - channels of the output, at least 1
   * @param kernelSize - size of the window
   * @param options - `stride` (1), `padding` (0), `outputPadding` (0), `dilation` (1), `groups` (1), `bias` (true), `init`, `generator`
   * @throws OptionError where a size is out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvTransposeLayerOptions = {},
  ) {
    const name = 'ConvTranspose1d'
    super(name, 1, true, [inChannels, outChannels, kernelSize], checked(name, options))
    this.padding = checkSizes(name, 'padding', options.padding ?? 0, 1, 0)
    this.outputPadding = checkSizes(name, 'outputPadding', options.outputPadding ?? 0, 1, 0)
  }

  /**
   * Applies the layer.
   *
   * @param x - [batch, in, n] or [in, n]
   * @returns [batch, out, …] or [out, …]
   * @throws ShapeError where the channels are not `inChannels`
   */
  override forward(x: Tensor): Tensor {
    const { bias, stride, padding, outputPadding, dilation, groups } = this
    return convTranspose1d(x, this.weight, { bias, stride, padding, outputPadding, dilation, groups })
  }
}

/**
 * Transposed convolution of images: over rows and columns (Zeiler et al., 2010): each input value puts the window, times itself,
 * into the output: $y_{o,\,ps - q + kd} \mathrel{+}= w_{c,o,k}\, x_{c,p}$, from the bias on. It enlarges where {@link Conv2d} shrinks.
 *
 * Input [batch, in, rows, columns] or [in, rows, columns]; output [batch, out, …] or [out, …], each dimension
 * $(n - 1)s - 2q + d(k - 1) + r + 1$ with outputPadding r. Weight and bias begin uniform in ±1/√fan, fan = out / groups · window (PyTorch's default).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ConvTranspose2d } from '@nn/layers'
 * new ConvTranspose2d(16, 8, 4, { stride: 2, padding: 1 }).forward(randn([8, 16, 7, 7])).shape // => [8, 8, 14, 14]
 * ```
 */
export class ConvTranspose2d extends Convolution {
  /** How much is cut from either end. */
  readonly padding: readonly number[]
  /** How much longer the end becomes. */
  readonly outputPadding: readonly number[]

  /**
   * @param inChannels - channels of the input, at least 1
   * @param outChannels - channels of the output, at least 1
   * @param kernelSize - size of the window
   * @param options - `stride` (1), `padding` (0), `outputPadding` (0), `dilation` (1), `groups` (1), `bias` (true), `init`, `generator`
   * @throws OptionError where a size is out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvTransposeLayerOptions = {},
  ) {
    const name = 'ConvTranspose2d'
    super(name, 2, true, [inChannels, outChannels, kernelSize], checked(name, options))
    this.padding = checkSizes(name, 'padding', options.padding ?? 0, 2, 0)
    this.outputPadding = checkSizes(name, 'outputPadding', options.outputPadding ?? 0, 2, 0)
  }

  /**
   * Applies the layer.
   *
   * @param x - [batch, in, rows, columns] or [in, rows, columns]
   * @returns [batch, out, …] or [out, …]
   * @throws ShapeError where the channels are not `inChannels`
   */
  override forward(x: Tensor): Tensor {
    const { bias, stride, padding, outputPadding, dilation, groups } = this
    return convTranspose2d(x, this.weight, { bias, stride, padding, outputPadding, dilation, groups })
  }
}
