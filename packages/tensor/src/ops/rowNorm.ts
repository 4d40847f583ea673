import { trackFused } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { RowNormAttrs } from '../backends/kernels/norms.js'
import { ShapeError } from '../errors.js'
import { checkNumber } from '../options.js'
import { type Shape, sameShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add, div, mul, sub } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { sqrt, square } from './math.js'
import { mean } from './reduce.js'
import { checkFloat, checkSameDType, checkTensors, empty, execute, filled } from './run.js'

/** Checks a norm's input, weight and bias. */
export function checkNorm(
  op: string,
  x: Tensor,
  shape: Shape,
  eps: number,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
): void {
  checkNumber(op, 'eps', eps, -Infinity, Infinity, 'both')
  const given = [
    ['the weight', weight],
    ['the bias', bias],
  ] as const
  for (const [role, t] of given) {
    if (t === undefined) continue
    checkTensors(op, [x, t], ['the input', role])
    checkSameDType(op, x, t, 'the input', role)
    if (!sameShape(t.shape, shape))
      throw new ShapeError(
        `${op}: ${role} has shape ${show(t.shape)}, the input ${show(x.shape)}; ${role} must be ${show(shape)}`,
      )
  }
}

/** Checks that a norm's input holds floats. */
export function checkNormInput(op: string, x: Tensor): void {
  checkTensors(op, [x], ['the input'])
  checkFloat(op, x)
}

/** How the rows of a norm lie in its input: see the kernel. */
export type RowLayout = Omit<RowNormAttrs, 'weight' | 'bias'>

/**
 * Rows normalised by their own statistics, times a weight, plus a bias: what layer, root mean square, group and
 * instance norm have in common. `seen` is shown the statistics [4, rows] before they are put away.
 */
export function normaliseRows(
  op: string,
  x: Tensor,
  layout: RowLayout,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  seen?: (stats: Tensor) => void,
): Tensor {
  const { rows, n, inner, centred, eps } = layout
  const plain = (): Tensor => {
    const v = reshape(x, [rows, n])
    const d = centred ? sub(v, mean(v, { axis: 1, keepDim: true })) : v
    const z = div(d, sqrt(add(mean(square(d), { axis: 1, keepDim: true }), eps)))
    if (!weight && !bias) return reshape(z, x.shape)
    const size = (weight ?? bias)!.size
    const parts = reshape(z, [x.size / (size * inner || 1), size, inner])
    const scaled = weight ? mul(parts, reshape(weight, [size, 1])) : parts
    return reshape(bias ? add(scaled, reshape(bias, [size, 1])) : scaled, x.shape)
  }
  if (x.size === 0) return plain()
  const scale = weight ?? (bias ? filled(1, bias.shape, x.dtype, x.backend) : undefined)
  const attrs = { ...layout, weight: scale !== undefined, bias: bias !== undefined }
  const given = [scale, bias].filter((t) => t !== undefined)
  const y = empty(x.backend, x.shape, x.dtype)
  const stats = empty(x.backend, [4, rows], x.dtype)
  execute(kernels.rowNorm, [x, ...given], [y, stats], attrs)
  seen?.(stats)
  trackFused({
    name: op,
    inputs: [x, weight, bias],
    outputs: [y],
    saved: scale ? [x, scale] : [x],
    own: [stats],
    backward: ([g]) => {
      const like = (t: Tensor) => empty(x.backend, t.shape, x.dtype)
      const dx = like(x)
      if (!scale) {
        execute(kernels.rowNormGrad, [g!, x, stats], [dx], attrs)
        return [dx]
      }
      const dw = like(scale)
      const db = like(scale)
      execute(kernels.rowNormGrad, [g!, x, stats, scale], [dx, dw, db], attrs)
      return [dx, weight && dw, bias && db]
    },
    decompose: () => [plain()],
  })
  return y
}
