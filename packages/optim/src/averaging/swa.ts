import type { ParameterInput } from '../parameters.js'
import { Averages } from './averages.js'

/**
 * Stochastic weight averaging (Izmailov et al., 2018): the plain mean of the weights at all updates, $a \leftarrow a + (p - a) / (n + 1)$.
 * Update it from about three quarters of the training on, once an epoch, at a constant learning rate ({@link SWALR}). As PyTorch's
 * `AveragedModel`.
 *
 * A network with batch norm then needs statistics that belong to the averaged weights: after `copyTo()`, pass the training
 * data through it once more in training mode.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { SGD, StochasticWeightAverage } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new SGD([p], { lr: 0.25 })
 * const swa = new StochasticWeightAverage([p])
 * for (let epoch = 0; epoch < 2; epoch++) {
 *   optimizer.zeroGrad()
 *   p.square().sum().backward()
 *   optimizer.step()
 *   swa.update()
 * }
 * swa.copyTo()
 * p.itemSync() // => 1.5
 * ```
 */
export class StochasticWeightAverage extends Averages {
  /**
   * @param parameters - parameters, plain or with their names
   * @throws OptionError where there are no parameters
   */
  constructor(parameters: ParameterInput) {
    super('StochasticWeightAverage', parameters)
  }

  protected override share(updates: number): number {
    return 1 / (updates + 1)
  }
}
