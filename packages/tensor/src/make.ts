import type { DType } from './dtype.js'
import type { Shape } from './shape.js'
import type { Storage } from './storage.js'
import type { Tensor } from './tensor.js'

// Ops build tensors, and the Tensor's methods call ops. So that files need not import each other in a circle, ops
// know the class as a type only and build through this maker, which tensor.ts fills in when it is loaded.
let maker: (storage: Storage, shape: Shape, dtype: DType) => Tensor

/** Called once, by tensor.ts. */
export function setMaker(make: typeof maker): void {
  maker = make
}

/** A tensor over a storage. */
export function makeTensor(storage: Storage, shape: Shape, dtype: DType = storage.dtype): Tensor {
  return maker(storage, shape, dtype)
}

/** Marks tensors, so that those of a second installed copy of this package are recognised too. */
export const BRAND: unique symbol = Symbol.for('@core/tensor') as never

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: boolean })[BRAND] === true
}
