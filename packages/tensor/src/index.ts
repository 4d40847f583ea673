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
export type { Backend, BackendInfo, Coverage, MemoryInfo, MemoryShare } from './backends/backend.js'
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
  type TensorOptions,
  tensor,
  uniform,
  zeros,
  zerosLike,
} from './create.js'
export type { DType, TypedArray } from './dtype.js'
export {
  BackendError,
  DisposedError,
  DTypeError,
  FormatError,
  GradientError,
  OptionError,
  ShapeError,
  TensorError,
} from './errors.js'
export { gelu, relu, sigmoid, softplus, tanh } from './ops/activations.js'
export { add, div, mul, neg, sub, type TensorLike } from './ops/arithmetic.js'
export { expand, type ReduceOptions, reshape, sum } from './ops/broadcast.js'
export { cast } from './ops/cast.js'
export { eq, ge, gt, le, logicalNot, lt, ne, where } from './ops/compare.js'
export { type DropoutOptions, dropout } from './ops/dropout.js'
export { embedding, oneHot } from './ops/indexing.js'
export { abs, cos, exp, log, maximum, minimum, pow, reciprocal, sign, sin, sqrt, square } from './ops/math.js'
export { linear, matmul } from './ops/matmul.js'
export { flatten, flip, permute, squeeze, transpose, unsqueeze } from './ops/movement.js'
export { type ArgOptions, argmax, argmin, max, mean, min } from './ops/reduce.js'
export { cat, narrow, type SliceOptions, select, slice, stack, unbind } from './ops/slicing.js'
export { logSoftmax, type SoftmaxOptions, softmax } from './ops/softmax.js'
export { Parameter, type ParameterOptions } from './parameter.js'
export { Generator, type GeneratorState, manualSeed } from './random.js'
export type { Shape } from './shape.js'
export { Tensor } from './tensor.js'
export type { NestedNumbers } from './values.js'
