import { ShapeError } from '../errors.js'
import { sameShape, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { mul } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { linear } from './matmul.js'
import { checkFloat, checkTensors } from './run.js'

/**
 * A number for every pair of features: $y_k = \sum_{ij} a_i W_{kij} b_j + c_k$.
 *
 * @param a - a float tensor [..., first]
 * @param b - a float tensor [..., second], with the same leading dimensions
 * @param weight - [out, first, second]
 * @param bias - [out], optional
 * @returns [..., out]
 * @throws ShapeError where the sizes do not fit
 * @example
 * ```ts
 * import { bilinear, tensor } from '@core/tensor'
 * bilinear(tensor([1, 2]), tensor([3]), tensor([[[10], [100]]])).toArraySync() // => [630]
 * ```
 */
export function bilinear(a: Tensor, b: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const op = 'bilinear'
  checkTensors(op, [a, b, weight], ['the first input', 'the second input', 'the weight'])
  checkFloat(op, a, 'the first input')
  const [out, first, second] = weight.shape
  const lead = a.shape.slice(0, -1)
  if (
    weight.rank !== 3 ||
    a.rank === 0 ||
    a.shape[a.rank - 1] !== first ||
    b.shape[b.rank - 1] !== second ||
    !sameShape(lead, b.shape.slice(0, -1))
  )
    throw new ShapeError(
      `${op}: inputs ${show(a.shape)} and ${show(b.shape)} do not fit the weight ${show(weight.shape)}: ` +
        '[..., first], [..., second] and [out, first, second] are needed',
    )
  const rows = sizeOf(lead)
  const pairs = mul(reshape(a, [rows, first!, 1]), reshape(b, [rows, 1, second!]))
  const flat = linear(
    reshape(pairs, [rows, first! * second!]),
    reshape(weight, [out!, first! * second!]),
    bias,
  )
  return reshape(flat, [...lead, out!])
}
