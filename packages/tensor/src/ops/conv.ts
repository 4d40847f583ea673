import { ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { checkShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { reshape } from './broadcast.js'
import { type ConvOptions, checkConv, paddings, triple } from './convGeometry.js'
import { convolve } from './convolve.js'
import { checkSizes } from './sizes.js'

const NAMES = ['bias', 'stride', 'padding', 'dilation', 'groups'] as const

function conv(op: string, dims: number, x: Tensor, weight: Tensor, options: ConvOptions): Tensor {
  const { bias, groups = 1, ...rest } = checkOptions(op, options, NAMES)
  checkConv(op, dims, x, weight, bias, groups, false)
  const stride = checkSizes(op, 'stride', rest.stride ?? 1, dims, 1)
  const dilation = checkSizes(op, 'dilation', rest.dilation ?? 1, dims, 1)
  const kernel = weight.shape.slice(2)
  const { before, after } = paddings(op, rest.padding ?? 0, kernel, stride, dilation)
  const input = x.shape.slice(-dims)
  const output = input.map((n, i) => {
    const reach = (kernel[i]! - 1) * dilation[i]! + 1
    const room = n + before[i]! + after[i]!
    if (reach > room)
      throw new ShapeError(
        `${op}: the window ${show(kernel)}${dilation.some((d) => d > 1) ? `, dilated ${reach} wide,` : ''} is larger than dimension ${i - dims} ` +
          `of the input ${show(x.shape)} with its padding, ${room}; pad more or take a smaller window`,
      )
    return Math.floor((room - reach) / stride[i]!) + 1
  })
  const batched = x.rank === dims + 2
  const [batch, inChannels, outChannels] = [
    batched ? x.shape[0]! : 1,
    weight.shape[1]! * groups,
    weight.shape[0]!,
  ]
  const shape = [batch, outChannels, ...output]
  checkShape(op, shape)
  const from = [batch, inChannels, ...input]
  const y = convolve(reshape(x, from), weight, bias, {
    attrs: {
      batch,
      groups,
      inChannels,
      outChannels,
      input: triple(input, 1),
      output: triple(output, 1),
      kernel: triple(kernel, 1),
      stride: triple(stride, 1),
      dilation: triple(dilation, 1),
      padding: triple(before, 0),
    },
    x: from,
    w: weight.shape,
    y: shape,
  })
  return batched ? y : reshape(y, shape.slice(1))
}

/**
 * Convolution along one dimension (cross-correlation, as everywhere in deep learning): $y_{o,p} = b_o + \sum_{c,k} w_{o,c,k}\,
 * x_{c,\,ps - q + kd}$ with stride s, padding q and dilation d; what lies outside counts 0.
 *
 * @param x - a float tensor [batch, in, n] or [in, n]
 * @param weight - [out, in / groups, k]
 * @param options - `bias`, `stride` (1), `padding` (0, or 'same', 'valid'), `dilation` (1), `groups` (1)
 * @returns [batch, out, m] or [out, m], $m = \lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$
 * @throws ShapeError where channels, groups or sizes do not fit; OptionError where an option is out of range
 * @example
 * ```ts
 * import { conv1d, tensor } from '@core/tensor'
 * conv1d(tensor([[1, 2, 4, 8]]), tensor([[[-1, 1]]])).toArraySync() // => [[1, 2, 4]]
 * ```
 */
export function conv1d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv1d', 1, x, weight, options)
}

/**
 * Convolution over images (cross-correlation): $y_{o,p} = b_o + \sum_{c,k} w_{o,c,k}\, x_{c,\,ps - q + kd}$ with positions p and k of two
 * numbers each, stride s, padding q and dilation d; what lies outside counts 0.
 *
 * @param x - a float tensor [batch, in, rows, columns] or [in, rows, columns]
 * @param weight - [out, in / groups, rows, columns]
 * @param options - `bias`, `stride` (1), `padding` (0, or 'same', 'valid'), `dilation` (1), `groups` (1)
 * @returns [batch, out, …] or [out, …], with $\lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$ for each dimension of n
 * @throws ShapeError where channels, groups or sizes do not fit; OptionError where an option is out of range
 * @example
 * ```ts
 * import { conv2d, ones } from '@core/tensor'
 * conv2d(ones([1, 3, 3]), ones([1, 1, 2, 2])).toArraySync() // => [[[4, 4], [4, 4]]]
 * conv2d(ones([8, 3, 32, 32]), ones([16, 3, 3, 3]), { padding: 1, stride: 2 }).shape // => [8, 16, 16, 16]
 * ```
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv2d', 2, x, weight, options)
}

/**
 * Convolution over volumes (cross-correlation): $y_{o,p} = b_o + \sum_{c,k} w_{o,c,k}\, x_{c,\,ps - q + kd}$ with positions p and k of three
 * numbers each, stride s, padding q and dilation d; what lies outside counts 0.
 *
 * @param x - a float tensor [batch, in, depth, rows, columns] or [in, depth, rows, columns]
 * @param weight - [out, in / groups, depth, rows, columns]
 * @param options - `bias`, `stride` (1), `padding` (0, or 'same', 'valid'), `dilation` (1), `groups` (1)
 * @returns [batch, out, …] or [out, …], with $\lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$ for each dimension of n
 * @throws ShapeError where channels, groups or sizes do not fit; OptionError where an option is out of range
 * @example
 * ```ts
 * import { conv3d, ones } from '@core/tensor'
 * conv3d(ones([1, 2, 2, 3]), ones([1, 1, 2, 2, 2])).toArraySync() // => [[[[8, 8]]]]
 * ```
 */
export function conv3d(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv3d', 3, x, weight, options)
}
