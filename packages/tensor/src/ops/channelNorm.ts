import { noGrad } from '../autograd/mode.js'
import { trackFused } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { OptionError, ShapeError } from '../errors.js'
import { assign } from '../inplace.js'
import { checkNumber } from '../options.js'
import { sameShape, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add, mul, sub } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { stack } from './joining.js'
import { reciprocal, sqrt, square } from './math.js'
import { mean } from './reduce.js'
import { checkNorm, checkNormInput } from './rowNorm.js'
import { checkSameDType, checkTensors, empty, execute, filled } from './run.js'
import { select } from './slicing.js'

/** What batch and instance norm have in common. */
export interface RunningOptions {
  /** Running mean [channels]; in training it is moved towards the batch's, in place. */
  runningMean?: Tensor | undefined
  /** Running variance [channels]; in training it is moved towards the batch's (with n − 1 below the line), in place. */
  runningVar?: Tensor | undefined
  /** What the normalised values are multiplied by, [channels]. Default: nothing. */
  weight?: Tensor | undefined
  /** What is added at last, [channels]. Default: nothing. */
  bias?: Tensor | undefined
  /** How far the running statistics move: $r \leftarrow (1 - m) r + m s$. Default 0.1. */
  momentum?: number
  /** Added to the variance, against division by 0. Default 1e−5. */
  eps?: number
}

/** Their names. */
export const NAMES = ['runningMean', 'runningVar', 'weight', 'bias', 'momentum', 'eps'] as const

/** Checks what both have; gives the number of channels. */
export function checkRunning(
  op: string,
  x: Tensor,
  options: RunningOptions,
  own: boolean,
  name: string,
): number {
  const { runningMean, runningVar, weight, bias, momentum = 0.1, eps = 1e-5 } = options
  checkNormInput(op, x)
  if (x.rank < 2) throw new ShapeError(`${op}: the input ${show(x.shape)} must be [batch, channels, ...]`)
  checkNumber(op, 'momentum', momentum, -Infinity, Infinity, 'both')
  const channels = x.shape[1]!
  checkNorm(op, x, [channels], eps, weight, bias)
  if ((runningMean === undefined) !== (runningVar === undefined))
    throw new OptionError(`${op}: runningMean and runningVar belong together; give both or none`)
  if (!own && runningMean === undefined)
    throw new OptionError(`${op}: without ${name} it needs runningMean and runningVar`)
  for (const [role, t] of [
    ['runningMean', runningMean],
    ['runningVar', runningVar],
  ] as const) {
    if (!t) continue
    checkTensors(op, [x, t], ['the input', role])
    checkSameDType(op, x, t, 'the input', role)
    if (!sameShape(t.shape, [channels]))
      throw new ShapeError(
        `${op}: ${role} has shape ${show(t.shape)}, the input ${show(x.shape)}; it must be [${channels}]`,
      )
  }
  return channels
}

/** Moves running statistics towards those of a batch: stats [4, channels] or, of each sample, [4, batch · channels]. */
export function follow(stats: Tensor, options: RunningOptions, channels: number, n: number): void {
  const { runningMean, runningVar, momentum = 0.1 } = options
  if (!runningMean || !runningVar) return
  noGrad(() => {
    const one = (t: Tensor) => mean(reshape(t, [-1, channels]), { axis: 0 })
    const move = (target: Tensor, to: Tensor) =>
      assign(target, add(mul(target.detach(), 1 - momentum), mul(to, momentum)))
    move(runningMean, one(add(select(stats, 0, 0), select(stats, 0, 1))))
    move(runningVar, mul(one(select(stats, 0, 3)), n / (n - 1)))
  })
}

/** Statistics as the kernel takes them, from running ones. */
function given(runningMean: Tensor, runningVar: Tensor, eps: number): Tensor {
  return noGrad(() => {
    const nothing = filled(0, runningMean.shape, runningMean.dtype, runningMean.backend)
    return stack([runningMean, nothing, reciprocal(sqrt(add(runningVar, eps))), runningVar])
  })
}

/** Channels normalised by the statistics of the whole batch, or by fixed ones. */
export function normaliseChannels(op: string, x: Tensor, options: RunningOptions, fixed: boolean): Tensor {
  const { weight, bias, runningMean, runningVar, eps = 1e-5 } = options
  const [outer, channels] = x.shape as unknown as [number, number]
  const inner = sizeOf(x.shape.slice(2))
  const n = outer * inner
  const stats = fixed ? given(runningMean!, runningVar!, eps) : empty(x.backend, [4, channels], x.dtype)
  const perChannel = (t: Tensor) => reshape(t, [channels, 1])
  const plain = (): Tensor => {
    const v = reshape(x, [outer, channels, inner])
    const over = { axis: [0, 2], keepDim: true }
    const d = sub(v, fixed ? perChannel(select(stats, 0, 0)) : mean(v, over))
    const factor = fixed ? perChannel(select(stats, 0, 2)) : reciprocal(sqrt(add(mean(square(d), over), eps)))
    const z = mul(d, factor)
    const scaled = weight ? mul(z, perChannel(weight)) : z
    return reshape(bias ? add(scaled, perChannel(bias)) : scaled, x.shape)
  }
  if (x.size === 0) return plain()
  const scale = weight ?? (bias ? filled(1, [channels], x.dtype, x.backend) : undefined)
  const attrs = { outer, channels, inner, eps, fixed, weight: scale !== undefined, bias: bias !== undefined }
  const affine = [scale, bias].filter((t) => t !== undefined)
  const y = empty(x.backend, x.shape, x.dtype)
  execute(
    kernels.channelNorm,
    fixed ? [x, stats, ...affine] : [x, ...affine],
    fixed ? [y] : [y, stats],
    attrs,
  )
  if (!fixed) follow(stats, options, channels, n)
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
        execute(kernels.channelNormGrad, [g!, x, stats], [dx], attrs)
        return [dx]
      }
      const dw = like(scale)
      const db = like(scale)
      execute(kernels.channelNormGrad, [g!, x, stats, scale], [dx, dw, db], attrs)
      return [dx, weight && dw, bias && db]
    },
    decompose: () => [plain()],
  })
  return y
}
