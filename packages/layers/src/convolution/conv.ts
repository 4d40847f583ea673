import { conv1d, conv2d, conv3d, type Sizes, type Tensor } from '@core/tensor'
import { checkOptions } from '@core/tensor/extend'
import {
  type ConvLayerOptions,
  Convolution,
  type Surroundings,
  surround,
  surroundings,
} from './convolution.js'

const NAMES = ['stride', 'padding', 'paddingMode', 'dilation', 'groups', 'init', 'generator'] as const

function checked(name: string, options: ConvLayerOptions): ConvLayerOptions {
  return checkOptions(name, options, NAMES, ['bias'])
}

/**
 * Convolution of sequences: along one dimension (cross-correlation, LeCun et al., 1989): $y_{o,p} = b_o + \sum_{c,k} w_{o,c,k}\,
 * x_{c,\,ps - q + kd}$ with stride s, padding q and dilation d.
 *
 * Input [batch, in, n] or [in, n]; output [batch, out, …] or [out, …], each dimension
 * $\lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$. Weight and bias begin uniform in ±1/√fan, fan = in / groups · window (PyTorch's default).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Conv1d } from '@nn/layers'
 * new Conv1d(4, 6, 5).forward(randn([8, 4, 100])).shape // => [8, 6, 96]
 * ```
 */
export class Conv1d extends Convolution {
  private readonly surroundings: Surroundings

  /**
   * @param inChannels - channels of the input, at least 1
   * @param outChannels - channels of the output, at least 1
   * @param kernelSize - size of the window
   * @param options - `stride` (1), `padding` (0), `paddingMode` ('zeros'), `dilation` (1), `groups` (1), `bias` (true), `init`, `generator`
   * @throws OptionError where a size is out of range
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvLayerOptions = {}) {
    super('Conv1d', 1, false, [inChannels, outChannels, kernelSize], checked('Conv1d', options))
    this.surroundings = surroundings('Conv1d', options, this)
  }

  /**
   * Applies the layer.
   *
   * @param x - [batch, in, n] or [in, n]
   * @returns [batch, out, …] or [out, …]
   * @throws ShapeError where the channels are not `inChannels` or the window is larger than the input
   */
  override forward(x: Tensor): Tensor {
    const { bias, stride, dilation, groups } = this
    const { padding } = this.surroundings
    return conv1d(surround(x, this.surroundings), this.weight, { bias, stride, padding, dilation, groups })
  }
}

/**
 * Convolution of images: over rows and columns (cross-correlation, LeCun et al., 1989): $y_{o,p} = b_o + \sum_{c,k} w_{o,c,k}\,
 * x_{c,\,ps - q + kd}$ with stride s, padding q and dilation d.
 *
 * Input [batch, in, rows, columns] or [in, rows, columns]; output [batch, out, …] or [out, …], each dimension
 * $\lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$. Weight and bias begin uniform in ±1/√fan, fan = in / groups · window (PyTorch's default).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Conv2d } from '@nn/layers'
 * new Conv2d(1, 16, 3, { padding: 1 }).forward(randn([8, 1, 28, 28])).shape // => [8, 16, 28, 28]
 * ```
 */
export class Conv2d extends Convolution {
  private readonly surroundings: Surroundings

  /**
   * @param inChannels - channels of the input, at least 1
   * @param outChannels - channels of the output, at least 1
   * @param kernelSize - size of the window
   * @param options - `stride` (1), `padding` (0), `paddingMode` ('zeros'), `dilation` (1), `groups` (1), `bias` (true), `init`, `generator`
   * @throws OptionError where a size is out of range
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvLayerOptions = {}) {
    super('Conv2d', 2, false, [inChannels, outChannels, kernelSize], checked('Conv2d', options))
    this.surroundings = surroundings('Conv2d', options, this)
  }

  /**
   * Applies the layer.
   *
   * @param x - [batch, in, rows, columns] or [in, rows, columns]
   * @returns [batch, out, …] or [out, …]
   * @throws ShapeError where the channels are not `inChannels` or the window is larger than the input
   */
  override forward(x: Tensor): Tensor {
    const { bias, stride, dilation, groups } = this
    const { padding } = this.surroundings
    return conv2d(surround(x, this.surroundings), this.weight, { bias, stride, padding, dilation, groups })
  }
}

/**
 * Convolution of volumes: over depth, rows and columns (cross-correlation, LeCun et al., 1989): $y_{o,p} = b_o + \sum_{c,k} w_{o,c,k}\,
 * x_{c,\,ps - q + kd}$ with stride s, padding q and dilation d.
 *
 * Input [batch, in, depth, rows, columns] or [in, depth, rows, columns]; output [batch, out, …] or [out, …], each dimension
 * $\lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$. Weight and bias begin uniform in ±1/√fan, fan = in / groups · window (PyTorch's default).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Conv3d } from '@nn/layers'
 * new Conv3d(1, 4, 3).forward(randn([2, 1, 8, 8, 8])).shape // => [2, 4, 6, 6, 6]
 * ```
 */
export class Conv3d extends Convolution {
  private readonly surroundings: Surroundings

  /**
   * @param inChannels - channels of the input, at least 1
   * @param outChannels - channels of the output, at least 1
   * @param kernelSize - size of the window
   * @param options - `stride` (1), `padding` (0), `paddingMode` ('zeros'), `dilation` (1), `groups` (1), `bias` (true), `init`, `generator`
   * @throws OptionError where a size is out of range
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvLayerOptions = {}) {
    super('Conv3d', 3, false, [inChannels, outChannels, kernelSize], checked('Conv3d', options))
    this.surroundings = surroundings('Conv3d', options, this)
  }

  /**
   * Applies the layer.
   *
   * @param x - [batch, in, depth, rows, columns] or [in, depth, rows, columns]
   * @returns [batch, out, …] or [out, …]
   * @throws ShapeError where the channels are not `inChannels` or the window is larger than the input
   */
  override forward(x: Tensor): Tensor {
    const { bias, stride, dilation, groups } = this
    const { padding } = this.surroundings
    return conv3d(surround(x, this.surroundings), this.weight, { bias, stride, padding, dilation, groups })
  }
}
