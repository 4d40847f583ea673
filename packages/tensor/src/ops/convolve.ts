import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { ConvAttrs } from '../backends/kernels/convolution.js'
import type { Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { sum } from './broadcast.js'
import { run } from './run.js'

/** A convolution with the shapes of its input, its weight and its output. */
export interface Convolution {
  readonly attrs: Omit<ConvAttrs, 'bias'>
  readonly x: Shape
  readonly w: Shape
  readonly y: Shape
}

// y, Σ y·g is linear in x and in w; so the three kernels are each other's gradients.

/** y = x * w (+ bias). */
export function convolve(x: Tensor, w: Tensor, bias: Tensor | undefined, c: Convolution): Tensor {
  const inputs = bias ? [x, w, bias] : [x, w]
  const y = run(kernels.conv, inputs, c.y, x.dtype, { ...c.attrs, bias: bias !== undefined })
  if (!wantsGrad(x, w, bias)) return y
  return track(
    'conv',
    y,
    [x, w],
    [x, (g) => convolveBack(g, w, undefined, c)],
    [w, (g) => weightOf(g, x, c)],
    ...(bias ? [[bias, sumOfChannels] as const] : []),
  )
}

/** The gradient for x; as an op of its own the transposed convolution, which may have a bias. */
export function convolveBack(y: Tensor, w: Tensor, bias: Tensor | undefined, c: Convolution): Tensor {
  const inputs = bias ? [y, w, bias] : [y, w]
  const x = run(kernels.convInputGrad, inputs, c.x, y.dtype, { ...c.attrs, bias: bias !== undefined })
  if (!wantsGrad(y, w, bias)) return x
  return track(
    'convInputGrad',
    x,
    [y, w],
    [y, (g) => convolve(g, w, undefined, c)],
    [w, (g) => weightOf(y, g, c)],
    ...(bias ? [[bias, sumOfChannels] as const] : []),
  )
}

/** The gradient for w. */
function weightOf(y: Tensor, x: Tensor, c: Convolution): Tensor {
  const w = run(kernels.convWeightGrad, [y, x], c.w, y.dtype, { ...c.attrs, bias: false })
  if (!wantsGrad(y, x)) return w
  return track(
    'convWeightGrad',
    w,
    [y, x],
    [y, (g) => convolve(x, g, undefined, c)],
    [x, (g) => convolveBack(y, g, undefined, c)],
  )
}

function sumOfChannels(g: Tensor): Tensor {
  return sum(g, { axis: g.shape.map((_, i) => i).filter((i) => i !== 1) })
}
