import { full, Parameter, prelu, type Tensor } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/** Options of {@link PReLU}. */
export interface PReLUOptions {
  /** The slope that training begins with. Default 0.25. */
  init?: number
}

/**
 * Rectifier with a learned slope, element by element: $y = x$ where $x > 0$, else $w x$ (He et al., 2015). Without weight decay,
 * please: it would pull the slope to 0, that is, to an ordinary rectifier.
 *
 * Input and output of any shape, float; with a slope for each channel the channels are axis 1.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { PReLU } from '@nn/layers'
 * new PReLU().forward(tensor([-4, 2])).toArraySync() // => [-1, 2]
 * ```
 */
export class PReLU extends Module {
  /** [numParameters], the slopes below 0. */
  readonly weight: Parameter

  /**
   * @param numParameters - 1, or the number of channels; default 1
   * @param options - `init` (0.25)
   * @throws OptionError where numParameters is not a whole number of at least 1
   */
  constructor(numParameters = 1, options: PReLUOptions = {}) {
    super()
    const { init = 0.25 } = checkOptions('PReLU', options, ['init'])
    checkInteger('PReLU', 'numParameters', numParameters, 1)
    this.weight = new Parameter(full([numParameters], checkNumber('PReLU', 'init', init)))
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor; [N, channels, ...] where there is a slope for each channel
   * @returns a tensor of the same shape
   * @throws ShapeError where there are neither one slope nor as many as channels
   */
  override forward(x: Tensor): Tensor {
    return prelu(x, this.weight)
  }
}
