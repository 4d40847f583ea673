import type { ActivationKernels } from './kernels/activation.js'
import type { AlongKernels } from './kernels/along.js'
import type { ConvolutionKernels } from './kernels/convolution.js'
import type { CtcKernels } from './kernels/ctc.js'
import type { NormKernels } from './kernels/norms.js'
import type { UpdateKernels } from './kernels/optim.js'
import type { PoolingKernels } from './kernels/pooling.js'
import type { RecurrentKernels } from './kernels/recurrent.js'
import type { ResamplingKernels } from './kernels/resampling.js'

/**
 * The kernels: everything a backend can be asked to compute. Each entry of {@link KernelAttrs} is one kernel; its
 * comment is the specification that all backends follow and that the reference backend defines.
 *
 * Notation: `in: x [n]` is an input of n values, `out: y [n]` an output. All buffers are dense and row-major.
 * "in-out" outputs (see {@link IN_OUT}) are read before they are written. Buffers of one call never overlap, except
 * that in-out outputs are themselves. Where nothing else is said, values are of one float dtype.
 * A size may be 0; then there is nothing to do.
 */

/** Element-wise functions of one number. */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'square'
  | 'sqrt'
  | 'reciprocal'
  | 'exp'
  | 'log'
  | 'sin'
  | 'cos'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'gelu'
  | 'rsqrt'
  | 'expm1'
  | 'log1p'
  | 'log2'
  | 'erf'
  | 'sinh'
  | 'cosh'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'ceil'
  | 'floor'
  /** To the nearest integer, halves to the even one. */
  | 'round'
  | 'trunc'
  | 'logicalNot' // bool -> bool

/** Element-wise functions of two numbers of one dtype. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  /** The angle of the point (b, a), from −π to π. */
  | 'atan2'
  /** a − b · trunc(a / b), exact; it has the sign of a. Integers: 0 where b is 0. */
  | 'fmod'
  /** a − b · ⌊a / b⌋: fmod, plus b where that is not 0 and has another sign than b. */
  | 'remainder'
  /** ⌊a / b⌋, by way of fmod: the rounding of a / b does not reach the next integer. Integers: 0 where b is 0. */
  | 'floorDiv'
  /** trunc(a / b) */
  | 'truncDiv'
  /** a > 0 ? a : a · b */
  | 'prelu'
  /** g where not y ≤ 0, else 0; y = relu(x) */
  | 'reluGrad'
  /** g · y · (1 − y), y = sigmoid(x) */
  | 'sigmoidGrad'
  /** g · (1 − y²), y = tanh(x) */
  | 'tanhGrad'
  /** g · gelu′(x) */
  | 'geluGrad'

/** Comparisons of two numbers of one dtype; the result is bool. NaN compares as in IEEE 754. */
export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

/** Reductions of one axis. */
export type ReduceOp = 'sum' | 'prod' | 'max' | 'min' | 'sumSquares' | 'any' | 'all'

/** How a broadcast result is walked: `shape` are its collapsed dimensions, outermost first (1 to 6 of them), the strides say how far each operand moves, in elements; 0 where it is repeated. */
export interface Walk {
  readonly shape: readonly number[]
}

/** The attributes of every kernel, by name. */
export interface KernelAttrs
  extends ActivationKernels,
    AlongKernels,
    NormKernels,
    CtcKernels,
    ConvolutionKernels,
    PoolingKernels,
    RecurrentKernels,
    ResamplingKernels,
    UpdateKernels {
  /** y = f(x). in: x [n]; out: y [n], same dtype (float; `neg`, `abs`, `sign`, `square` also int32; `logicalNot` bool). */
  unary: { readonly op: UnaryOp }

  /** y = f(a, b), broadcast. in: a, b; out: y [∏ shape]. Floats; int32 for add, sub, mul, maximum, minimum (wrapping), fmod, remainder, floorDiv, truncDiv. NaN wins in maximum and minimum. */
  binary: Walk & {
    readonly op: BinaryOp
    readonly aStrides: readonly number[]
    readonly bStrides: readonly number[]
  }

  /** y = a ⋛ b, broadcast. in: a, b of one dtype (float, int32, bool); out: y bool. */
  compare: Walk & {
    readonly op: CompareOp
    readonly aStrides: readonly number[]
    readonly bStrides: readonly number[]
  }

  /** y = c ? a : b, broadcast. in: c bool, a, b; out: y (float, int32 or bool as a and b). */
  where: Walk & {
    readonly cStrides: readonly number[]
    readonly aStrides: readonly number[]
    readonly bStrides: readonly number[]
  }

  /** Reduces the middle axis. in: x [outer, n, inner]; out: y [outer, inner], same dtype (float; int32 too, but for sumSquares; any and all: bool).
   *  Sums of float32 are formed so that the error grows with log n or slower than n (many partial sums). max and min of an
   *  empty axis are never asked for; NaN wins in them. */
  reduce: { readonly op: ReduceOp; readonly outer: number; readonly n: number; readonly inner: number }

  /** Index of the first largest (smallest) value; the first NaN wins. in: x [outer, n, inner] float or int32; out: y [outer, inner] int32. */
  argReduce: {
    readonly op: 'argmax' | 'argmin'
    readonly outer: number
    readonly n: number
    readonly inner: number
  }

  /** C[i] = op(A[i]) · op(B[i]) (+ bias) for i < batch. in: a, b, and, where `bias` is set, bias [n]; out: c [batch, m, n].
   *  A is [m, k] ([k, m] where transA), B is [k, n] ([n, k] where transB); `aBatch` and `bBatch` are the distances
   *  between matrices, in elements, 0 for one that is shared by all. k = 0 gives zeros (or the bias). Each element is
   *  summed over k in order, in blocks that do not depend on m, n or the build, so that builds with fused
   *  multiply-add agree bit for bit. */
  matmul: {
    readonly batch: number
    readonly m: number
    readonly n: number
    readonly k: number
    readonly transA: boolean
    readonly transB: boolean
    readonly aBatch: number
    readonly bBatch: number
    readonly bias: boolean
  }

  /** Reads with strides: y[i…] = x[offset + Σ i_d · strides_d] for every index i of `shape` (1 to 6 dims). Strides may be 0 (repeat) or
   *  negative (flip). in: x (any dtype); out: y [∏ shape], same dtype. */
  gatherStrided: {
    readonly shape: readonly number[]
    readonly strides: readonly number[]
    readonly offset: number
  }

  /** Writes with strides: y[offset + Σ i_d · strides_d] = x[i…]; the rest of y stays. in: x [∏ shape]; in-out: y. Any dtype. */
  scatterStrided: {
    readonly shape: readonly number[]
    readonly strides: readonly number[]
    readonly offset: number
  }

  /** y = value. out: y, any dtype. */
  fill: { readonly value: number }

  /** Changes the dtype: float -> int32 truncates, anything -> bool is x ≠ 0. in: x; out: y [same length]. */
  cast: Record<never, never>

  /** Numbers from Philox 4×32-10. in: state int32 [4] = key lo, key hi, counter lo, counter hi (as uint32). out: y [n] float.
   *  Element i takes word i mod 4 of the block at counter + ⌊i / 4⌋ (64-bit; the block's counter words 2 and 3 are 0).
   *  uniform: low + (high − low) · u, u = (word >>> 8) · 2⁻²⁴. bernoulli: u < p ? scale : 0, with low = p, high = scale.
   *  normal: low + high · z; elements 4j+0, 4j+1 from words 0, 1 and 4j+2, 4j+3 from words 2, 3 by Box–Muller:
   *  r = √(−2 ln(((w₀ >>> 8) + 1) · 2⁻²⁴)), θ = 2π (w₁ >>> 8) · 2⁻²⁴, z = r cos θ, r sin θ. */
  random: { readonly kind: 'uniform' | 'normal' | 'bernoulli'; readonly low: number; readonly high: number }

  /** Softmax (or its logarithm) of rows, with the row's maximum subtracted. in: x [rows, n]; out: y [rows, n]. */
  softmax: { readonly rows: number; readonly n: number; readonly log: boolean }

  /** Its gradient. in: g, y (the softmax kernel's output), [rows, n] each; out: dx. log: g − exp(y) Σ g; else: y (g − Σ g y). */
  softmaxGrad: { readonly rows: number; readonly n: number; readonly log: boolean }

  /** −log softmax(x)[target] of each row, 0 where target = ignoreIndex. in: x [rows, n], target int32 [rows];
   *  out: loss [rows], norm [rows, 2]: the row's largest value m and Σ e^(x − m) (apart, since their logarithmic sum
   *  would lose the digits that the gradient needs where logits are large). Targets were checked to lie in range. */
  crossEntropy: { readonly rows: number; readonly n: number; readonly ignoreIndex: number }

  /** Its gradient. in: g [rows], x [rows, n], target [rows], norm [rows, 2]; out: dx [rows, n] = g (softmax(x) − onehot(target)), 0 in ignored rows. */
  crossEntropyGrad: { readonly rows: number; readonly n: number; readonly ignoreIndex: number }

  /** y[i] = table[index[i]]. in: table [size, width] (any dtype), index int32 [count]; out: y [count, width]. Indices were checked. */
  gatherRows: { readonly count: number; readonly width: number; readonly size: number }

  /** y = 0, then y[index[i]] += x[i], in order of i. in: x [count, width], index int32 [count]; out: y [size, width]. */
  scatterAddRows: { readonly count: number; readonly width: number; readonly size: number }
}

/** The name of a kernel. */
export type KernelName = keyof KernelAttrs

/** Kernels whose outputs are read before they are written. */
export const IN_OUT: ReadonlySet<KernelName> = /* @__PURE__ */ new Set<KernelName>([
  'scatterStrided',
  'scatterAlong',
  'sgd',
  'adam',
  'rmsprop',
  'adadelta',
  'lion',
])

/** The names of all kernels; the compiler checks that none is missing. */
export const KERNELS: readonly KernelName[] = /* @__PURE__ */ Object.keys({
  activation: 0,
  activationGrad: 0,
  scan: 0,
  affineScan: 0,
  sort: 0,
  gatherAlong: 0,
  scatterAlong: 0,
  unary: 0,
  binary: 0,
  compare: 0,
  where: 0,
  reduce: 0,
  argReduce: 0,
  matmul: 0,
  gatherStrided: 0,
  scatterStrided: 0,
  fill: 0,
  cast: 0,
  ctc: 0,
  ctcGrad: 0,
  conv: 0,
  convInputGrad: 0,
  convWeightGrad: 0,
  maxPool: 0,
  avgPool: 0,
  avgPoolGrad: 0,
  resample: 0,
  resampleGrad: 0,
  rowNorm: 0,
  rowNormGrad: 0,
  channelNorm: 0,
  channelNormGrad: 0,
  recurrent: 0,
  recurrentGrad: 0,
  random: 0,
  softmax: 0,
  softmaxGrad: 0,
  crossEntropy: 0,
  crossEntropyGrad: 0,
  gatherRows: 0,
  scatterAddRows: 0,
  sgd: 0,
  adam: 0,
  rmsprop: 0,
  adadelta: 0,
  lion: 0,
} satisfies Record<KernelName, 0>) as KernelName[]
