import {
  type HardtanhOptions,
  hardsigmoid,
  hardswish,
  hardtanh,
  OptionError,
  relu6,
  type Tensor,
  threshold,
} from '@core/tensor'
import { checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Hard tanh, element by element: x within bounds, else the bound.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Hardtanh } from '@nn/layers'
 * new Hardtanh().forward(tensor([-2, 0.5, 2])).toArraySync() // => [-1, 0.5, 1]
 * ```
 */
export class Hardtanh extends Module {
  /** The lower bound. */
  readonly min: number
  /** The upper bound. */
  readonly max: number

  /**
   * @param options - `min` (−1), `max` (1)
   * @throws OptionError where `min` is above `max`
   */
  constructor(options: HardtanhOptions = {}) {
    super()
    const { min = -1, max = 1 } = checkOptions('Hardtanh', options, ['min', 'max'])
    if (min > max) throw new OptionError(`Hardtanh: min must not be above max, got ${min} and ${max}`)
    this.min = checkNumber('Hardtanh', 'min', min)
    this.max = checkNumber('Hardtanh', 'max', max)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return hardtanh(x, { min: this.min, max: this.max })
  }
}

/**
 * Rectifier that ends at 6, element by element: $y = \min(\max(x, 0), 6)$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { ReLU6 } from '@nn/layers'
 * new ReLU6().forward(tensor([-1, 3, 8])).toArraySync() // => [0, 3, 6]
 * ```
 */
export class ReLU6 extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return relu6(x)
  }
}

/**
 * Hard sigmoid, element by element: $y = \min(\max(x + 3, 0), 6) / 6$, three straight lines.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Hardsigmoid } from '@nn/layers'
 * new Hardsigmoid().forward(tensor([-4, 0, 4])).toArraySync() // => [0, 0.5, 1]
 * ```
 */
export class Hardsigmoid extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return hardsigmoid(x)
  }
}

/**
 * Hard swish, element by element: $y = x \min(\max(x + 3, 0), 6) / 6$ (Howard et al., 2019).
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Hardswish } from '@nn/layers'
 * new Hardswish().forward(tensor([-1.5, 0, 4])).toArraySync() // => [-0.375, 0, 4]
 * ```
 */
export class Hardswish extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return hardswish(x)
  }
}

/**
 * Threshold, element by element: x where it is above the threshold, else a value.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Threshold } from '@nn/layers'
 * new Threshold(2, -1).forward(tensor([1, 2, 3])).toArraySync() // => [-1, -1, 3]
 * ```
 */
export class Threshold extends Module {
  /** What x must be above to stay. */
  readonly threshold: number
  /** What stands for the others. */
  readonly value: number

  /**
   * @param threshold - what x must be above to stay
   * @param value - what stands for the others
   */
  constructor(threshold: number, value: number) {
    super()
    this.threshold = checkNumber('Threshold', 'threshold', threshold)
    this.value = checkNumber('Threshold', 'value', value)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return threshold(x, this.threshold, this.value)
  }
}
