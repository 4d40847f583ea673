import { OptionError, ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { checkShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { reshape } from './broadcast.js'
import { type ConvTransposeOptions, checkConv, triple } from './convGeometry.js'
import { convolveBack } from './convolve.js'
import { checkSizes } from './sizes.js'

const NAMES = ['bias', 'stride', 'padding', 'outputPadding', 'dilation', 'groups'] as const

function transposed(
  op: string,
  dims: number,
  x: Tensor,
  weight: Tensor,
  options: ConvTransposeOptions,
): Tensor {
  const { bias, groups = 1, ...rest } = checkOptions(op, options, NAMES)
  checkConv(op, dims, x, weight, bias, groups, true)
  const stride = checkSizes(op, 'stride', rest.stride ?? 1, dims, 1)
  const padding = checkSizes(op, 'padding', rest.padding ?? 0, dims, 0)
  const extra = checkSizes(op, 'outputPadding', rest.outputPadding ?? 0, dims, 0)
  const dilation = checkSizes(op, 'dilation', rest.dilation ?? 1, dims, 1)
  const kernel = weight.shape.slice(2)
  const input = x.shape.slice(-dims)
  const output = input.map((n, i) => {
    if (extra[i]! >= stride[i]! && extra[i]! >= dilation[i]!)
      throw new OptionError(
        `${op}: outputPadding ${extra[i]} must be less than the stride ${stride[i]} or the dilation ${dilation[i]}`,
      )
    const size = (n - 1) * stride[i]! - 2 * padding[i]! + dilation[i]! * (kernel[i]! - 1) + extra[i]! + 1
    if (size < 1)
      throw new ShapeError(
        `${op}: dimension ${i - dims} of the input ${show(x.shape)} would become ${size} long with padding ${padding[i]}; pad less`,
      )
    return size
  })
  const batched = x.rank === dims + 2
  const [batch, inChannels, outChannels] = [
    batched ? x.shape[0]! : 1,
    weight.shape[0]!,
    weight.shape[1]! * groups,
  ]
  const shape = [batch, outChannels, ...output]
  checkShape(op, shape)
  const from = [batch, inChannels, ...input]
  // The convolution of which this is the gradient goes the other way: from our output to our input.
  const y = convolveBack(reshape(x, from), weight, bias, {
    attrs: {
      batch,
      groups,
      inChannels: outChannels,
      outChannels: inChannels,
      input: triple(output, 1),
      output: triple(input, 1),
      kernel: triple(kernel, 1),
      stride: triple(stride, 1),
      dilation: triple(dilation, 1),
      padding: triple(padding, 0),
    },
    x: shape,
    w: weight.shape,
    y: from,
  })
  return batched ? y : reshape(y, shape.slice(1))
}

/**
 * Transposed convolution along one dimension: each input value puts the window, times itself, into the output:
 * $y_{o,\,ps - q + kd} \mathrel{+}= w_{c,o,k}\, x_{c,p}$. It is the gradient of {@link conv1d}, and enlarges where that one shrinks.
 *
 * @param x - a float tensor [batch, in, n] or [in, n]
 * @param weight - [in, out / groups, k]
 * @param options - `bias`, `stride` (1), `padding` (0), `outputPadding` (0), `dilation` (1), `groups` (1)
 * @returns [batch, out, m] or [out, m], $m = (n - 1)s - 2q + d(k - 1) + r + 1$ with outputPadding r
 * @throws ShapeError where channels, groups or sizes do not fit; OptionError where an option is out of range
 * @example
 * ```ts
 * import { convTranspose1d, tensor } from '@core/tensor'
 * convTranspose1d(tensor([[1, 2]]), tensor([[[1, 1]]]), { stride: 2 }).toArraySync() // => [[1, 1, 2, 2]]
 * ```
 */
export function convTranspose1d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return transposed('convTranspose1d', 1, x, weight, options)
}

/**
 * Transposed convolution over images: each input value puts the window, times itself, into the output:
 * $y_{o,\,ps - q + kd} \mathrel{+}= w_{c,o,k}\, x_{c,p}$. It is the gradient of {@link conv2d}, and enlarges where that one shrinks.
 *
 * @param x - a float tensor [batch, in, rows, columns] or [in, rows, columns]
 * @param weight - [in, out / groups, rows, columns]
 * @param options - `bias`, `stride` (1), `padding` (0), `outputPadding` (0), `dilation` (1), `groups` (1)
 * @returns [batch, out, …] or [out, …], with $(n - 1)s - 2q + d(k - 1) + r + 1$ for each dimension of n, outputPadding r
 * @throws ShapeError where channels, groups or sizes do not fit; OptionError where an option is out of range
 * @example
 * ```ts
 * import { convTranspose2d, ones } from '@core/tensor'
 * convTranspose2d(ones([1, 2, 2]), ones([1, 1, 2, 2])).toArraySync() // => [[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]
 * ```
 */
export function convTranspose2d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return transposed('convTranspose2d', 2, x, weight, options)
}
