import type { Backend } from './backends/backend.js'
import { defaultBackend } from './backends/select.js'
import { arrayOf, type DType, isFloat, TYPED, type TypedArray } from './dtype.js'
import { DTypeError, OptionError, ShapeError } from './errors.js'
import { isTensor, makeTensor } from './make.js'
import { checkBackend, checkSupport } from './ops/cast.js'
import { draw } from './ops/dropout.js'
import { checkTensor, filled } from './ops/run.js'
import { checkInteger, checkNumber, checkOptions, describe } from './options.js'
import { type Generator, generatorOf } from './random.js'
import { checkShape, type Shape, show, sizeOf } from './shape.js'
import { state } from './state.js'
import type { Tensor } from './tensor.js'
import { flattenNested, type NestedNumbers, shapeOfNested } from './values.js'

/** Options of all creation functions. */
export interface CreateOptions {
  /** The kind of numbers. Default `float32`, or what `setDefaultDType` chose; for typed arrays and booleans what fits them. */
  dtype?: DType
  /** Whether gradients shall flow to it. Default false. */
  requiresGrad?: boolean
  /** Where it shall live. Default: the backend chosen by `setBackend`, else wasm. */
  backend?: Backend
}

/** Options of {@link tensor}. */
export interface TensorOptions extends CreateOptions {
  /** The shape, where the values come flat. Default: that of the nested arrays. */
  shape?: Shape
}

/** Options of creation functions that draw random numbers. */
export interface RandomOptions extends CreateOptions {
  /** Where the random numbers come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/** Where a new tensor shall live, and of which dtype. */
export function place(op: string, options: CreateOptions, natural?: DType): [DType, Backend] {
  const backend = options.backend ?? defaultBackend()
  checkBackend(op, backend)
  // A Float64Array becomes float32 where it must; a default that somebody chose is never replaced in silence.
  const fallback = natural === undefined || backend.supports(natural) ? natural : 'float32'
  const dtype = options.dtype ?? fallback ?? state.dtype
  checkSupport(op, backend, dtype)
  if (options.requiresGrad) checkFloatDType(op, dtype)
  return [dtype, backend]
}

/**
 * Chooses what floats creation functions make when they are given no `dtype`, and so what layers are made of. Ops keep
 * to the dtype of their inputs.
 *
 * @param dtype - `float32`, as it is at first, or `float64`, which needs the reference backend
 * @throws DTypeError for other dtypes
 * @example
 * ```ts
 * import { reference, setDefaultDType, tensor } from '@core/tensor'
 * const backend = reference()
 * setDefaultDType('float64')
 * tensor(0.1, { backend }).itemSync() // => 0.1
 * setDefaultDType('float32')
 * tensor(0.1, { backend }).itemSync() // => 0.10000000149011612
 * ```
 */
export function setDefaultDType(dtype: 'float32' | 'float64'): void {
  if (!isFloat(dtype))
    throw new DTypeError(
      `setDefaultDType: the default must be 'float32' or 'float64', got ${describe(dtype)}; pass { dtype } to make other tensors`,
    )
  state.dtype = dtype
}

function checkFloatDType(op: string, dtype: DType): void {
  if (!isFloat(dtype))
    throw new DTypeError(
      `${op}: only float tensors have gradients, this one is ${dtype}; leave requiresGrad out`,
    )
}

/** The options of every creation function, by kind. */
export const NAMES = ['dtype', 'backend'] as const
export const SWITCHES = ['requiresGrad'] as const

/** Sets what the options say about gradients. */
export function finish(t: Tensor, options: CreateOptions): Tensor {
  return options.requiresGrad ? t.setRequiresGrad(true) : t
}

/**
 * A tensor with the given values, copied.
 *
 * @param values - a number, nested arrays of numbers or booleans, or a typed array
 * @param options - `dtype`, `shape` (where the values come flat), `requiresGrad`, `backend`
 * @returns a tensor whose dtype is `float32` (or what `setDefaultDType` chose) unless said otherwise; `int32` from an Int32Array, `float64` from a
 *   Float64Array where the backend has it, `bool` from booleans
 * @throws ShapeError where nested arrays are ragged or the shape does not fit the number of values
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * tensor([[1, 2, 3], [4, 5, 6]]).shape // => [2, 3]
 * tensor(new Float32Array(6), { shape: [2, 3] }).shape // => [2, 3]
 * ```
 */
export function tensor(values: NestedNumbers | TypedArray, options: TensorOptions = {}): Tensor {
  const op = 'tensor'
  state.recording?.given(op)
  checkOptions(op, options, [...NAMES, 'shape'], SWITCHES)
  if (isTensor(values))
    throw new OptionError(`${op}: the values are a Tensor already; use clone() for a copy`)
  const typed = ArrayBuffer.isView(values)
  const first = typed ? 0 : firstOf(values)
  const natural = typed ? dtypeOf(op, values) : typeof first === 'boolean' ? 'bool' : undefined
  const [dtype, backend] = place(op, options, natural)
  const own: Shape = typed ? [values.length] : shapeOfNested(op, values)
  const shape = options.shape ?? own
  checkShape(op, shape)
  if (sizeOf(shape) !== sizeOf(own))
    throw new ShapeError(`${op}: shape ${show(shape)} needs ${sizeOf(shape)} values, got ${sizeOf(own)}`)
  let data: TypedArray
  if (typed && dtype !== 'bool') data = new TYPED[dtype](values)
  else {
    data = arrayOf(dtype, sizeOf(shape))
    flattenNested(typed ? Array.from(values) : values, data)
    if (dtype === 'bool') for (let i = 0; i < data.length; i++) data[i] = data[i] !== 0 ? 1 : 0
  }
  return finish(makeTensor(backend.adopt(data, dtype), [...shape], dtype), options)
}

/**
 * A tensor over a typed array, which is taken over, not copied: nobody else may write to it afterwards.
 *
 * @param values - as many values as the shape needs, in the array that belongs to the dtype
 * @param shape - sizes of the dimensions
 * @param options - `dtype` (default: what the array's type says), `backend`
 * @returns a tensor
 * @throws ShapeError where the number of values does not fit; DTypeError where the array's type does not
 * @example
 * ```ts
 * import { adopt } from '@core/tensor/extend'
 * adopt(new Float32Array([1, 2]), [2, 1]).toArraySync() // => [[1], [2]]
 * ```
 */
export function adopt(
  values: TypedArray,
  shape: Shape,
  options: Pick<CreateOptions, 'dtype' | 'backend'> = {},
): Tensor {
  state.recording?.given('adopt')
  checkShape('adopt', shape)
  const [dtype, backend] = place(
    'adopt',
    options,
    values instanceof Uint8Array ? 'bool' : dtypeOf('adopt', values),
  )
  if (!(values instanceof TYPED[dtype]))
    throw new DTypeError(
      `adopt: a ${dtype} tensor needs a ${TYPED[dtype].name}, got a ${values.constructor.name}`,
    )
  if (values.length !== sizeOf(shape))
    throw new ShapeError(`adopt: shape ${show(shape)} needs ${sizeOf(shape)} values, got ${values.length}`)
  return makeTensor(backend.adopt(values, dtype), [...shape], dtype)
}

function firstOf(values: NestedNumbers): number | boolean | undefined {
  let v: NestedNumbers | undefined = values
  while (Array.isArray(v)) v = v[0] as NestedNumbers | undefined
  return v as number | boolean | undefined
}

function dtypeOf(op: string, values: ArrayBufferView): DType {
  if (values instanceof Float64Array) return 'float64'
  if (values instanceof Int32Array) return 'int32'
  if (values instanceof BigInt64Array || values instanceof BigUint64Array || values instanceof DataView)
    throw new DTypeError(
      `${op}: a ${values.constructor.name} is not supported; convert it to an Int32Array or Float32Array first`,
    )
  return 'float32'
}

function constant(op: string, shape: Shape, value: number, options: CreateOptions): Tensor {
  checkShape(op, shape)
  const [dtype, backend] = place(op, checkOptions(op, options, NAMES, SWITCHES))
  return finish(filled(value, [...shape], dtype, backend), options)
}

/**
 * A tensor filled with one value.
 *
 * @param shape - sizes of the dimensions
 * @param value - the value
 * @param options - `dtype`, `requiresGrad`, `backend`
 * @returns a tensor of that shape
 * @example
 * ```ts
 * import { full } from '@core/tensor'
 * full([2], 7).toArraySync() // => [7, 7]
 * ```
 */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  if (typeof value !== 'number')
    throw new OptionError(`full: the value must be a number, got ${describe(value)}`)
  return constant('full', shape, value, options)
}

/**
 * A tensor of zeros.
 *
 * @param shape - sizes of the dimensions
 * @param options - `dtype`, `requiresGrad`, `backend`
 * @returns a tensor of that shape
 * @example
 * ```ts
 * import { zeros } from '@core/tensor'
 * zeros([2, 2]).toArraySync() // => [[0, 0], [0, 0]]
 * ```
 */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  return constant('zeros', shape, 0, options)
}

/**
 * A tensor of ones.
 *
 * @param shape - sizes of the dimensions
 * @param options - `dtype`, `requiresGrad`, `backend`
 * @returns a tensor of that shape
 * @example
 * ```ts
 * import { ones } from '@core/tensor'
 * ones([2]).toArraySync() // => [1, 1]
 * ```
 */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  return constant('ones', shape, 1, options)
}

/**
 * Zeros of the shape, dtype and backend of another tensor.
 *
 * @param like - the other tensor
 * @returns a new tensor
 * @example
 * ```ts
 * import { tensor, zerosLike } from '@core/tensor'
 * zerosLike(tensor([1, 2])).toArraySync() // => [0, 0]
 * ```
 */
export function zerosLike(like: Tensor): Tensor {
  checkTensor('zerosLike', like)
  return filled(0, like.shape, like.dtype, like.backend)
}

/**
 * Ones of the shape, dtype and backend of another tensor.
 *
 * @param like - the other tensor
 * @returns a new tensor
 * @example
 * ```ts
 * import { onesLike, tensor } from '@core/tensor'
 * onesLike(tensor([5, 2])).toArraySync() // => [1, 1]
 * ```
 */
export function onesLike(like: Tensor): Tensor {
  checkTensor('onesLike', like)
  return filled(1, like.shape, like.dtype, like.backend)
}

/**
 * Evenly spaced numbers: `start`, `start + step`, … below `end` (above it where the step is negative).
 *
 * @param start - the first number; with one argument it is 0 and this is the end
 * @param end - where to stop, not included
 * @param step - the distance, default 1, not 0
 * @param options - `dtype`, `requiresGrad`, `backend`
 * @returns a one-dimensional tensor
 * @throws OptionError where the step is 0 or a bound is not finite
 * @example
 * ```ts
 * import { arange } from '@core/tensor'
 * arange(3).toArraySync() // => [0, 1, 2]
 * arange(1, 2, 0.25).toArraySync() // => [1, 1.25, 1.5, 1.75]
 * ```
 */
export function arange(start: number, end?: number, step = 1, options: CreateOptions = {}): Tensor {
  const [from, to] = end === undefined ? [0, start] : [start, end]
  for (const [name, v] of [
    ['start', from],
    ['end', to],
    ['step', step],
  ] as const)
    if (!Number.isFinite(v))
      throw new OptionError(`arange: ${name} must be a finite number, got ${describe(v)}`)
  if (step === 0) throw new OptionError('arange: step must not be 0; use full() for a constant')
  const [dtype, backend] = place('arange', checkOptions('arange', options, NAMES, SWITCHES))
  const length = Math.max(0, Math.ceil((to - from) / step))
  checkShape('arange', [length])
  const data = arrayOf(dtype, length)
  for (let i = 0; i < data.length; i++) data[i] = from + i * step
  return finish(makeTensor(backend.adopt(data, dtype), [data.length], dtype), options)
}

/**
 * The identity matrix: ones on the diagonal.
 *
 * @param rows - how many rows
 * @param columns - how many columns, default as many
 * @param options - `dtype`, `requiresGrad`, `backend`
 * @returns a matrix
 * @example
 * ```ts
 * import { eye } from '@core/tensor'
 * eye(2).toArraySync() // => [[1, 0], [0, 1]]
 * ```
 */
export function eye(rows: number, columns = rows, options: CreateOptions = {}): Tensor {
  checkInteger('eye', 'rows', rows)
  checkInteger('eye', 'columns', columns)
  checkShape('eye', [rows, columns])
  const [dtype, backend] = place('eye', checkOptions('eye', options, NAMES, SWITCHES))
  const data = arrayOf(dtype, rows * columns)
  for (let i = 0; i < Math.min(rows, columns); i++) data[i * columns + i] = 1
  return finish(makeTensor(backend.adopt(data, dtype), [rows, columns], dtype), options)
}

function random(
  op: string,
  shape: Shape,
  kind: 'uniform' | 'normal',
  low: number,
  high: number,
  options: RandomOptions,
): Tensor {
  checkShape(op, shape)
  const [dtype, backend] = place(op, checkOptions(op, options, [...NAMES, 'generator'], SWITCHES))
  if (!isFloat(dtype))
    throw new DTypeError(`${op}: random numbers are floats; got dtype ${dtype}: use cast() on the result`)
  const generator = generatorOf(op, options.generator)
  return finish(draw({ backend }, [...shape], dtype, generator, { kind, low, high }), options)
}

/**
 * Random numbers, each equally likely between 0 (included) and 1 (excluded).
 *
 * @param shape - sizes of the dimensions
 * @param options - `generator`, `dtype`, `requiresGrad`, `backend`
 * @returns a tensor of that shape
 * @example
 * ```ts
 * import { Generator, rand } from '@core/tensor'
 * const same = () => rand([2], { generator: new Generator(1) }).toArraySync()
 * same() // => same()
 * ```
 */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  return random('rand', shape, 'uniform', 0, 1, options)
}

/**
 * Random numbers, each equally likely between two bounds.
 *
 * @param shape - sizes of the dimensions
 * @param low - lower bound, included
 * @param high - upper bound, excluded
 * @param options - `generator`, `dtype`, `requiresGrad`, `backend`
 * @returns a tensor of that shape
 * @throws OptionError where the bounds are not finite or in the wrong order
 * @example
 * ```ts
 * import { uniform } from '@core/tensor'
 * uniform([100], -1, 1).abs().max().itemSync() <= 1 // => true
 * ```
 */
export function uniform(shape: Shape, low: number, high: number, options: RandomOptions = {}): Tensor {
  checkNumber('uniform', 'low', low, -Infinity, Infinity, 'both')
  checkNumber('uniform', 'high', high, low, Infinity, 'max')
  return random('uniform', shape, 'uniform', low, high, options)
}

/**
 * Random numbers from the standard normal distribution: mean 0, standard deviation 1.
 *
 * @param shape - sizes of the dimensions
 * @param options - `generator`, `dtype`, `requiresGrad`, `backend`
 * @returns a tensor of that shape
 * @example
 * ```ts
 * import { Generator, randn } from '@core/tensor'
 * const same = () => randn([2], { generator: new Generator(1) }).toArraySync()
 * same() // => same()
 * ```
 */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return random('randn', shape, 'normal', 0, 1, options)
}

/**
 * Random numbers from a normal distribution.
 *
 * @param shape - sizes of the dimensions
 * @param mean - its mean
 * @param std - its standard deviation, at least 0
 * @param options - `generator`, `dtype`, `requiresGrad`, `backend`
 * @returns a tensor of that shape
 * @throws OptionError where the deviation is negative
 * @example
 * ```ts
 * import { normal } from '@core/tensor'
 * normal([3], 5, 0).toArraySync() // => [5, 5, 5]
 * ```
 */
export function normal(shape: Shape, mean: number, std: number, options: RandomOptions = {}): Tensor {
  checkNumber('normal', 'mean', mean, -Infinity, Infinity, 'both')
  checkNumber('normal', 'std', std, 0, Infinity, 'max')
  return random('normal', shape, 'normal', mean, std, options)
}
