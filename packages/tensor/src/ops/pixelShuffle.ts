import { ShapeError } from '../errors.js'
import { checkInteger } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { reshape } from './broadcast.js'
import { permute } from './movement.js'
import { checkTensor } from './run.js'

function check(op: string, x: Tensor, factor: number, name: string): void {
  checkTensor(op, x)
  checkInteger(op, name, factor, 1)
  if (x.rank < 3)
    throw new ShapeError(`${op}: the input must be [..., channels, rows, columns], got ${show(x.shape)}`)
}

/**
 * Makes larger images of many channels: each block of r² channels becomes r × r pixels (Shi et al., 2016).
 *
 * @param x - a tensor [..., channels · r², rows, columns]
 * @param upscaleFactor - r
 * @returns [..., channels, rows · r, columns · r]
 * @throws ShapeError where the channels are no multiple of r²
 * @example
 * ```ts
 * import { pixelShuffle, tensor } from '@core/tensor'
 * pixelShuffle(tensor([[[1]], [[2]], [[3]], [[4]]]), 2).toArraySync() // => [[[1, 2], [3, 4]]]
 * ```
 */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  const r = upscaleFactor
  check('pixelShuffle', x, r, 'upscaleFactor')
  const lead = x.shape.slice(0, -3)
  const [c, h, w] = x.shape.slice(-3) as [number, number, number]
  if (c % (r * r) !== 0)
    throw new ShapeError(
      `pixelShuffle: ${show(x.shape)} has ${c} channels; with upscaleFactor ${r} they must be a multiple of ${r * r}`,
    )
  const n = lead.length
  const parts = reshape(x, [...lead, c / (r * r), r, r, h, w])
  const order = [...lead.keys(), n, n + 3, n + 1, n + 4, n + 2]
  return reshape(permute(parts, order), [...lead, c / (r * r), h * r, w * r])
}

/**
 * Makes more channels of large images, the inverse of {@link pixelShuffle}: each r × r pixels become r² channels.
 *
 * @param x - a tensor [..., channels, rows · r, columns · r]
 * @param downscaleFactor - r
 * @returns [..., channels · r², rows, columns]
 * @throws ShapeError where rows or columns are no multiple of r
 * @example
 * ```ts
 * import { pixelUnshuffle, tensor } from '@core/tensor'
 * pixelUnshuffle(tensor([[[1, 2], [3, 4]]]), 2).toArraySync() // => [[[1]], [[2]], [[3]], [[4]]]
 * ```
 */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  const r = downscaleFactor
  check('pixelUnshuffle', x, r, 'downscaleFactor')
  const lead = x.shape.slice(0, -3)
  const [c, h, w] = x.shape.slice(-3) as [number, number, number]
  if (h % r !== 0 || w % r !== 0)
    throw new ShapeError(
      `pixelUnshuffle: rows and columns of ${show(x.shape)} must be multiples of downscaleFactor ${r}; pad or crop them`,
    )
  const n = lead.length
  const parts = reshape(x, [...lead, c, h / r, r, w / r, r])
  const order = [...lead.keys(), n, n + 2, n + 4, n + 1, n + 3]
  return reshape(permute(parts, order), [...lead, c * r * r, h / r, w / r])
}
