import { Tensor } from '@core/tensor'
import { checkOptions, checkTensor, pin } from '@core/tensor/extend'

/** Options of {@link buffer}. */
export interface BufferOptions {
  /** The name under which its module lists it, where that is not the field's. */
  name?: string
}

/** A tensor that belongs to a module's state but is not trained, such as running statistics. Made by {@link buffer}. */
export class BufferTensor extends Tensor {
  /** The name under which its module lists it, where that is not the field's. */
  readonly exportName: string | undefined

  /** @internal */
  constructor(values: Tensor, name: string | undefined) {
    super(values.storage, values.shape, values.dtype)
    this.exportName = name
  }
}

/**
 * Makes a tensor part of the state of the module that holds it: it is saved and loaded, but not trained. (A plain
 * tensor in a field is not.)
 *
 * @param values - its first values, copied
 * @param options - `name`
 * @returns the buffer, to be kept in a field of a module
 * @example
 * ```ts
 * import { zeros } from '@core/tensor'
 * import { buffer, Module } from '@nn/module'
 * class Counter extends Module {
 *   readonly steps = buffer(zeros([]))
 * }
 * Object.keys(new Counter().stateDict()) // => ['steps']
 * ```
 */
export function buffer(values: Tensor, options: BufferOptions = {}): BufferTensor {
  const { name } = checkOptions('buffer', options, ['name'])
  checkTensor('buffer', values, 'the values')
  return pin(new BufferTensor(values.detach().clone(), name)) as BufferTensor
}
