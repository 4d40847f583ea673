/**
 * Tensors with gradients, on WebAssembly or in plain TypeScript.
 *
 * @packageDocumentation
 */
export type { BackwardOptions } from './autograd/backward.js'
export { defineOp, type OpDefinition } from './autograd/defineOp.js'
export { type GradOptions, grad } from './autograd/grad.js'
export { type GradcheckOptions, gradcheck } from './autograd/gradcheck.js'
export { enableGrad, noGrad } from './autograd/mode.js'
export type {
  Backend,
  BackendInfo,
  Coverage,
  DeviceWork,
  MemoryInfo,
  MemoryShare,
} from './backends/backend.js'
export { reference } from './backends/reference/reference.js'
export { type BackendChoice, backendInfo, coverage, memory, setBackend } from './backends/select.js'
export { type WasmOptions, wasm } from './backends/wasm/choose.js'
export type { Build } from './backends/wasm/load.js'
export {
  arange,
  type CreateOptions,
  eye,
  full,
  normal,
  ones,
  onesLike,
  type RandomOptions,
  rand,
  randn,
  setDefaultDType,
  type TensorOptions,
  tensor,
  uniform,
  zeros,
  zerosLike,
} from './create.js'
export type { DType, TypedArray } from './dtype.js'
export {
  BackendError,
  CompileError,
  DisposedError,
  DTypeError,
  FormatError,
  GradientError,
  OptionError,
  ShapeError,
  TensorError,
} from './errors.js'
export { type IntegerOptions, randint, randperm } from './integers.js'
export { type DrawOptions, fullLike, randLike, randnLike } from './likes.js'
export { relu, sigmoid, tanh } from './ops/activations/classic.js'
export { type GeluOptions, gelu } from './ops/activations/gelu.js'
export { type GluOptions, glu } from './ops/activations/glu.js'
export {
  type HardtanhOptions,
  hardsigmoid,
  hardswish,
  hardtanh,
  relu6,
  threshold,
} from './ops/activations/hard.js'
export {
  celu,
  type EluOptions,
  elu,
  type LeakyReluOptions,
  leakyRelu,
  prelu,
  selu,
} from './ops/activations/rectifiers.js'
export { hardshrink, type ShrinkOptions, softshrink } from './ops/activations/shrink.js'
export {
  logsigmoid,
  mish,
  type SoftplusOptions,
  silu,
  softplus,
  softsign,
  tanhshrink,
} from './ops/activations/smooth.js'
export { all, any } from './ops/anyAll.js'
export { add, type DivOptions, div, mul, neg, sub, type TensorLike } from './ops/arithmetic.js'
export { type AttentionOptions, scaledDotProductAttention } from './ops/attention.js'
export {
  type AvgPool2dOptions,
  type AvgPoolOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
} from './ops/avgPool.js'
export { type BatchNormOptions, batchNorm } from './ops/batchNorm.js'
export { bilinear } from './ops/bilinear.js'
export { type CastReduceOptions, expand, type ReduceOptions, reshape, sum } from './ops/broadcast.js'
export { cast } from './ops/cast.js'
export { type ClampOptions, clamp } from './ops/clamp.js'
export { eq, ge, gt, le, logicalNot, lt, ne, where } from './ops/compare.js'
export { conv1d, conv2d, conv3d } from './ops/conv.js'
export type { ConvOptions, ConvTransposeOptions } from './ops/convGeometry.js'
export { convTranspose1d, convTranspose2d } from './ops/convTranspose.js'
export { diag, tril, triu } from './ops/diag.js'
export {
  type CosineOptions,
  cosineSimilarity,
  type DistanceOptions,
  type NormalizeOptions,
  normalize,
  pairwiseDistance,
} from './ops/distance.js'
export { fmod, remainder } from './ops/division.js'
export { bernoulli, type MultinomialOptions, multinomial } from './ops/draws.js'
export { type DropoutOptions, dropout } from './ops/dropout.js'
export { einsum } from './ops/einsum.js'
export { type EmbeddingLookupOptions, embedding } from './ops/embedding.js'
export { erf, expm1, log1p, log2 } from './ops/exponentials.js'
export {
  amax,
  amin,
  type KeepOptions,
  maxWithIndices,
  minWithIndices,
  type ValuesAndIndices,
} from './ops/extremes.js'
export { gather, takeAlongDim } from './ops/gather.js'
export { cosh, sinh } from './ops/hyperbolic.js'
export { type Im2colOptions, im2col } from './ops/im2col.js'
export { oneHot } from './ops/indexing.js'
export { type InstanceNormOptions, instanceNorm } from './ops/instanceNorm.js'
export { type InterpolateMode, type InterpolateOptions, interpolate } from './ops/interpolate.js'
export { cat, stack } from './ops/joining.js'
export { groupNorm, layerNorm, type NormOptions, type RmsNormOptions, rmsNorm } from './ops/layerNorm.js'
export { isfinite, isinf, isnan, logicalAnd, logicalOr } from './ops/logic.js'
export { logsumexp } from './ops/logsumexp.js'
export {
  abs,
  cos,
  exp,
  log,
  maximum,
  minimum,
  pow,
  reciprocal,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
} from './ops/math.js'
export { linear, matmul } from './ops/matmul.js'
export {
  type AdaptiveMaxPoolOptions,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  type Pooled,
} from './ops/maxPool.js'
export { type MedianOptions, median, medianWithIndices } from './ops/median.js'
export { flatten, flip, permute, squeeze, transpose, unsqueeze } from './ops/movement.js'
export { norm, vectorNorm } from './ops/norm.js'
export { type PadMode, type PadOptions, pad } from './ops/pad.js'
export { pixelShuffle, pixelUnshuffle } from './ops/pixelShuffle.js'
export type { PoolOptions } from './ops/poolWindows.js'
export { prod } from './ops/prod.js'
export { type AddProductOptions, addmm, baddbmm, bmm, dot, mm, mv, outer } from './ops/products.js'
export { broadcastTo, movedim, roll, swapaxes } from './ops/rearrange.js'
export { type ArgOptions, argmax, argmin, max, mean, min } from './ops/reduce.js'
export { type InterleaveOptions, repeat, repeatInterleave, tile } from './ops/repeat.js'
export { ceil, floor, round, trunc } from './ops/rounding.js'
export { cumprod, cumsum, type ScanOptions } from './ops/scan.js'
export { type ScatterOptions, scatter, scatterAdd } from './ops/scatter.js'
export { indexSelect, maskedFill } from './ops/selection.js'
export type { Sizes } from './ops/sizes.js'
export { narrow, type SliceOptions, select, slice } from './ops/slicing.js'
export { logSoftmax, type SoftmaxOptions, softmax, softmin } from './ops/softmax.js'
export { argsort, type SortOptions, sort, type TopkOptions, topk } from './ops/sort.js'
export { chunk, split, unbind } from './ops/split.js'
export { type ContractedAxes, tensordot } from './ops/tensordot.js'
export { acos, asin, atan, atan2, tan } from './ops/trigonometry.js'
export { unfold } from './ops/unfold.js'
export { std, type VarianceOptions, variance } from './ops/variance.js'
export { Parameter, type ParameterOptions } from './parameter.js'
export { type CompiledStep, type CompileOptions, compile } from './program/compile.js'
export { Generator, type GeneratorState, manualSeed } from './random.js'
export { type LogspaceOptions, linspace, logspace } from './ranges.js'
export type { Shape } from './shape.js'
export { Tensor } from './tensor.js'
export type { NestedNumbers } from './values.js'
