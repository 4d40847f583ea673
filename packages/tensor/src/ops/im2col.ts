import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { checkShape, collapse, type Shape, show, sizeOf, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { pad } from './pad.js'
import { checkTensor, execute, filled } from './run.js'
import { checkSizes, type Sizes } from './sizes.js'
import { select } from './slicing.js'
import { gather } from './strided.js'

/** Options of {@link im2col}. */
export interface Im2colOptions {
  /** Distance between the values of a window. Default 1. */
  dilation?: Sizes
  /** Zeros at either end. Default 0. */
  padding?: Sizes
  /** How far the window moves. Default 1. */
  stride?: Sizes
}

/** Windows [batch, channels, window rows, window columns, rows, columns] of an image: the steps of each dimension. */
interface Windows {
  readonly shape: Shape
  readonly strides: readonly number[]
}

function windowsOf(x: Tensor, w: Windows): Tensor {
  const y = gather(x, w.shape, w.strides)
  return wantsGrad(x) ? track('im2col', y, [], [x, (g) => fold(g, x.shape, w)]) : y
}

/** Its gradient: windows put back and summed, one value of all windows after the other, for those do not overlap. */
function fold(y: Tensor, shape: Shape, w: Windows): Tensor {
  let x = filled(0, shape, y.dtype, y.backend)
  const { shape: s, strides } = w
  const once = [strides[0]!, strides[1]!, strides[4]!, strides[5]!]
  const each = y.detach()
  const rows = s[2]! * s[3]!
  const flat = reshape(each, [s[0]!, s[1]!, rows, s[4]!, s[5]!])
  for (let k = 0; k < rows; k++) {
    const part = select(flat, 2, k)
    const placed = filled(0, shape, y.dtype, y.backend)
    const walked = collapse(part.shape, [once])
    const offset = Math.floor(k / s[3]!) * strides[2]! + (k % s[3]!) * strides[3]!
    execute(kernels.scatterStrided, [part], [placed], {
      shape: walked.shape,
      strides: walked.strides[0]!,
      offset,
    })
    x = add(x, placed)
  }
  return wantsGrad(y) ? track('col2im', x, [], [y, (g) => windowsOf(g, w)]) : x
}

/**
 * All windows of an image, each as a column (PyTorch's `nn.functional.unfold`): what a convolution multiplies with.
 *
 * @param x - a float tensor [batch, channels, rows, columns] or [channels, rows, columns]
 * @param kernelSize - rows and columns of a window
 * @param options - `dilation` (1), `padding` (0), `stride` (1)
 * @returns [batch, channels · window, windows], without batch where the input has none
 * @throws ShapeError where the window is larger than the image; OptionError where an option is out of range
 * @example
 * ```ts
 * import { im2col, tensor } from '@core/tensor'
 * im2col(tensor([[[1, 2, 3], [4, 5, 6]]]), [2, 2]).toArraySync() // => [[1, 2], [2, 3], [4, 5], [5, 6]]
 * ```
 */
export function im2col(x: Tensor, kernelSize: Sizes, options: Im2colOptions = {}): Tensor {
  const op = 'im2col'
  checkOptions(op, options, ['dilation', 'padding', 'stride'])
  checkTensor(op, x)
  if (x.rank !== 3 && x.rank !== 4)
    throw new ShapeError(
      `${op}: the input must be [batch, channels, rows, columns] or [channels, rows, columns], got ${show(x.shape)}`,
    )
  const kernel = checkSizes(op, 'kernelSize', kernelSize, 2, 1)
  const dilation = checkSizes(op, 'dilation', options.dilation ?? 1, 2, 1)
  const padding = checkSizes(op, 'padding', options.padding ?? 0, 2, 0)
  const stride = checkSizes(op, 'stride', options.stride ?? 1, 2, 1)
  const batch = x.rank === 4 ? x.shape[0]! : 1
  const [channels, ...size] = x.shape.slice(-3) as [number, number, number]
  const output = size.map((n, i) => {
    const reach = (kernel[i]! - 1) * dilation[i]! + 1
    const room = n + 2 * padding[i]!
    if (reach > room)
      throw new ShapeError(
        `${op}: the window is ${reach} wide, dimension ${i - 2} of ${show(x.shape)} with its padding ${room}; take a smaller window`,
      )
    return Math.floor((room - reach) / stride[i]!) + 1
  })
  const shape = [batch, channels, ...kernel, ...output]
  checkShape(op, shape)
  const full = pad(reshape(x, [batch, channels, ...size]), [
    padding[1]!,
    padding[1]!,
    padding[0]!,
    padding[0]!,
  ])
  const [b, c, r, s] = stridesOf(full.shape) as [number, number, number, number]
  const y = windowsOf(full, {
    shape,
    strides: [b, c, r * dilation[0]!, s * dilation[1]!, r * stride[0]!, s * stride[1]!],
  })
  const columns = [channels * sizeOf(kernel), sizeOf(output)]
  return reshape(y, x.rank === 4 ? [batch, ...columns] : columns)
}
