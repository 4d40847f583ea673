import { ShapeError } from '../errors.js'
import { checkInteger, checkOptions } from '../options.js'
import { checkShape, type Shape, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkNorm, checkNormInput, normaliseRows } from './rowNorm.js'

/** Options of {@link layerNorm} and {@link groupNorm}. */
export interface NormOptions {
  /** What the normalised values are multiplied by. Default: nothing. */
  weight?: Tensor | undefined
  /** What is added at last. Default: nothing. */
  bias?: Tensor | undefined
  /** Added to the variance, against division by 0. Default 1e−5. */
  eps?: number
}

/** Options of {@link rmsNorm}. */
export interface RmsNormOptions {
  /** What the normalised values are multiplied by. Default: nothing. */
  weight?: Tensor | undefined
  /** Added to the mean square. Default: the distance from 1 to the next number of the dtype, 1.2e−7 for float32. */
  eps?: number | undefined
}

/** The trailing dimensions that make up a row, checked. */
function rowShape(op: string, x: Tensor, normalizedShape: number | Shape): Shape {
  checkNormInput(op, x)
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape
  checkShape(op, shape)
  const lead = x.rank - shape.length
  if (shape.length === 0 || lead < 0 || shape.some((size, i) => x.shape[lead + i] !== size))
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} must end in the normalized shape ${show(shape)}; give the sizes of the last dimensions`,
    )
  return shape
}

function overRows(
  op: string,
  x: Tensor,
  shape: Shape,
  eps: number,
  centred: boolean,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
): Tensor {
  checkNorm(op, x, shape, eps, weight, bias)
  const n = sizeOf(shape)
  const rows = sizeOf(x.shape.slice(0, x.rank - shape.length))
  return normaliseRows(op, x, { rows, n, groups: 1, inner: 1, eps, centred }, weight, bias)
}

/**
 * Layer norm (Ba et al., 2016): each row is brought to mean 0 and variance 1,
 * $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w + b$, over its last dimensions.
 *
 * @param x - a float tensor [..., normalizedShape]
 * @param normalizedShape - the sizes of the last dimensions, which make up a row; a number for the last one alone
 * @param options - `weight` and `bias` of the normalized shape, `eps` (1e−5)
 * @returns a tensor of the same shape
 * @throws ShapeError where the input does not end in that shape, or weight or bias do not have it
 * @example
 * ```ts
 * import { layerNorm, tensor } from '@core/tensor'
 * layerNorm(tensor([[1, 3], [10, 30]]), 2).toArraySync() // ~> [[-0.999995, 0.999995], [-1, 1]]
 * ```
 */
export function layerNorm(x: Tensor, normalizedShape: number | Shape, options: NormOptions = {}): Tensor {
  const { weight, bias, eps = 1e-5 } = checkOptions('layerNorm', options, ['weight', 'bias', 'eps'])
  return overRows('layerNorm', x, rowShape('layerNorm', x, normalizedShape), eps, true, weight, bias)
}

/**
 * Root mean square norm (Zhang and Sennrich, 2019): $y = \frac{x}{\sqrt{\mathrm{mean}(x^2) + \varepsilon}} \, w$, over
 * the last dimensions.
 *
 * @param x - a float tensor [..., normalizedShape]
 * @param normalizedShape - the sizes of the last dimensions, which make up a row; a number for the last one alone
 * @param options - `weight` of the normalized shape, `eps`
 * @returns a tensor of the same shape
 * @throws ShapeError where the input does not end in that shape, or the weight does not have it
 * @example
 * ```ts
 * import { rmsNorm, tensor } from '@core/tensor'
 * rmsNorm(tensor([3, 4]), 2).toArraySync() // ~> [0.848528, 1.131371]
 * ```
 */
export function rmsNorm(x: Tensor, normalizedShape: number | Shape, options: RmsNormOptions = {}): Tensor {
  const { weight, eps } = checkOptions('rmsNorm', options, ['weight', 'eps'])
  const shape = rowShape('rmsNorm', x, normalizedShape)
  const least = x.dtype === 'float64' ? Number.EPSILON : 2 ** -23
  return overRows('rmsNorm', x, shape, eps ?? least, false, weight, undefined)
}

/**
 * Group norm (Wu and He, 2018): of each sample the channels are taken in groups, and each group is brought to mean 0
 * and variance 1: $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w_c + b_c$.
 *
 * @param x - a float tensor [batch, channels, ...]
 * @param groups - how many groups; the channels must be a multiple
 * @param options - `weight` and `bias` [channels], `eps` (1e−5)
 * @returns a tensor of the same shape
 * @throws ShapeError where the channels do not fall into that many equal groups
 * @example
 * ```ts
 * import { groupNorm, tensor } from '@core/tensor'
 * groupNorm(tensor([[1, 3, 10, 30]]), 2).toArraySync() // ~> [[-0.999995, 0.999995, -1, 1]]
 * ```
 */
export function groupNorm(x: Tensor, groups: number, options: NormOptions = {}): Tensor {
  const op = 'groupNorm'
  const { weight, bias, eps = 1e-5 } = checkOptions(op, options, ['weight', 'bias', 'eps'])
  checkNormInput(op, x)
  checkInteger(op, 'groups', groups, 1)
  if (x.rank < 2 || x.shape[1]! % groups !== 0)
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} must be [batch, channels, ...] with channels a multiple of the ${groups} groups`,
    )
  const [batch, channels] = x.shape as unknown as [number, number]
  checkNorm(op, x, [channels], eps, weight, bias)
  const inner = sizeOf(x.shape.slice(2))
  const n = (channels / groups) * inner
  return normaliseRows(op, x, { rows: batch * groups, n, groups, inner, eps, centred: true }, weight, bias)
}
