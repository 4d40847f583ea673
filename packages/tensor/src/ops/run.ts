import type { Backend } from '../backends/backend.js'
import * as kernels from '../backends/catalog/index.js'
import type { Kernel } from '../backends/kernel.js'
import type { KernelAttrs, KernelName } from '../backends/kernels.js'
import { type DType, isFloat, TYPED } from '../dtype.js'
import { BackendError, DisposedError, DTypeError, GradientError, OptionError } from '../errors.js'
import { isTensor, makeTensor } from '../make.js'
import { describe } from '../options.js'
import { type Shape, sameShape, show, sizeOf } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'

/** Checks that a value is a tensor that can be used. */
export function checkTensor(op: string, value: Tensor, role = 'the input'): void {
  if (!isTensor(value))
    throw new OptionError(`${op}: ${role} must be a Tensor, got ${describe(value)}; make one with tensor(…)`)
  if (value.storage.disposed)
    throw new DisposedError(
      `${op}: ${role} ${show(value.shape)} was disposed of; use it before dispose(), or keep a clone()`,
    )
}

/** Checks several inputs of one op: tensors, alive, on one backend. */
export function checkTensors(op: string, values: readonly Tensor[], roles: readonly string[]): void {
  for (let i = 0; i < values.length; i++) {
    checkTensor(op, values[i]!, roles[i])
    if (values[i]!.backend !== values[0]!.backend)
      throw new BackendError(
        `${op}: ${roles[0]} ${show(values[0]!.shape)} lives on the ${values[0]!.backend.name} backend, ` +
          `${roles[i]} ${show(values[i]!.shape)} on the ${values[i]!.backend.name} backend; ` +
          'create both after setBackend(), or move one with to(backend)',
      )
  }
}

/** Checks that a tensor holds real numbers. */
export function checkFloat(op: string, x: Tensor, role = 'the input'): void {
  if (!isFloat(x.dtype))
    throw new DTypeError(
      `${op}: ${role} ${show(x.shape)} is ${x.dtype}; a float tensor is needed: use cast(x, 'float32')`,
    )
}

/** Checks that a tensor holds indices. */
export function checkIndices(op: string, x: Tensor, role: string): void {
  if (x.dtype !== 'int32')
    throw new DTypeError(
      `${op}: ${role} ${show(x.shape)} must be int32, got ${x.dtype}; create it with { dtype: 'int32' } or use cast(x, 'int32')`,
    )
}

/** Throws unless the dtypes are the same. */
export function checkSameDType(op: string, a: Tensor, b: Tensor, roleA: string, roleB: string): void {
  if (a.dtype !== b.dtype)
    throw new DTypeError(
      `${op}: ${roleA} ${show(a.shape)} is ${a.dtype}, ${roleB} ${show(b.shape)} is ${b.dtype}; bring both to one dtype with cast()`,
    )
}

/** Checks that `gradient` can be that of `x`. */
export function checkGradient(op: string, x: Tensor, gradient: Tensor): void {
  checkTensors(op, [x, gradient], ['the tensor', 'the gradient'])
  if (!sameShape(gradient.shape, x.shape))
    throw new GradientError(
      `${op}: the gradient has shape ${show(gradient.shape)}, the tensor ${show(x.shape)}; they must be the same`,
    )
  checkSameDType(op, x, gradient, 'the tensor', 'the gradient')
}

/** A new tensor without values yet; the library's own while it computes for itself. */
export function empty(backend: Backend, shape: Shape, dtype: DType): Tensor {
  const list = state.temporaries
  const storage = backend.allocate(dtype, sizeOf(shape), list !== null)
  if (list) {
    storage.handedOut = false
    list.push(storage)
  }
  return makeTensor(storage, shape, dtype)
}

/** Runs a kernel with one output. */
export function run<K extends KernelName>(
  kernel: Kernel<K>,
  inputs: readonly Tensor[],
  shape: Shape,
  dtype: DType,
  attrs: KernelAttrs[K],
): Tensor {
  const output = empty(inputs[0]!.backend, shape, dtype)
  execute(kernel, inputs, [output], attrs)
  return output
}

/** Runs a kernel on tensors that exist. */
export function execute<K extends KernelName>(
  kernel: Kernel<K>,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  attrs: KernelAttrs[K],
): void {
  const backend = outputs[0]!.backend
  backend.run(
    kernel,
    inputs.map((t) => t.storage),
    outputs.map((t) => t.storage),
    attrs,
  )
}

/** A single number as a tensor beside `like`. */
export function scalar(value: number, dtype: DType, backend: Backend): Tensor {
  return makeTensor(backend.adopt(TYPED[dtype].of(value), dtype), [], dtype)
}

/** A tensor filled with one value. */
export function filled(value: number, shape: Shape, dtype: DType, backend: Backend): Tensor {
  const out = empty(backend, shape, dtype)
  execute(kernels.fill, [], [out], { value })
  return out
}
