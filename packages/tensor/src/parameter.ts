import { checkFloat, checkTensor } from './ops/run.js'
import { checkOptions } from './options.js'
import { Tensor } from './tensor.js'
import { copyOf } from './values.js'

/** Options of a {@link Parameter}. */
export interface ParameterOptions {
  /** Whether it is trained. Default true. */
  requiresGrad?: boolean
  /** The name under which its module lists it, where that is not the field's: PyTorch's `weight_ih_l0`, say. */
  name?: string
}

/**
 * A tensor that is trained: it collects gradients, optimizers change it in place, and modules list it in their state.
 * Its memory is kept where kernels run.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * new Parameter(zeros([2, 3])).requiresGrad // => true
 * ```
 */
export class Parameter extends Tensor {
  /** The name under which its module lists it, where that is not the field's. */
  readonly exportName: string | undefined

  /**
   * @param values - its first values; copied
   * @param options - `requiresGrad` (default true), `name`
   */
  constructor(values: Tensor, options: ParameterOptions = {}) {
    const { requiresGrad = true, name } = checkOptions('Parameter', options, ['name'], ['requiresGrad'])
    checkTensor('Parameter', values, 'the values')
    checkFloat('Parameter', values, 'the values')
    const own = copyOf(values)
    super(own.storage, own.shape, own.dtype)
    this.exportName = name
    this.backend.pin(this.storage)
    this.setRequiresGrad(requiresGrad)
  }

  /** Whether it is trained. */
  override get requiresGrad(): boolean {
    return super.requiresGrad
  }

  /** Freezes (false) or trains (true) it. */
  override set requiresGrad(on: boolean) {
    this.setRequiresGrad(on)
  }
}
