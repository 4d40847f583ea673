import { noGrad } from '@core/tensor'
import { checkOptions, crossEntropyRows } from '@core/tensor/extend'
import { CLASS_OPTIONS, type ClassMetricOptions, checkClassOptions, scoresOf } from './classes.js'
import { type Metric, meanMetric } from './metric.js'

/**
 * Perplexity: $\exp\left(-\frac{1}{n} \sum_i \ln \mathrm{softmax}(x_i)_{t_i}\right)$, the number of equally likely
 * classes among which it would be as hard to guess. Every target counts the same, however they are batched.
 *
 * Output [..., classes], float logits; target int32 [...].
 *
 * @param options - `classDim` (−1), `ignoreIndex` (−100)
 * @returns a metric of at least 1; NaN before the first target
 * @throws OptionError for unknown options; its `update`: ShapeError or DTypeError where output and target do not fit
 * @example
 * ```ts
 * import { tensor, zeros } from '@core/tensor'
 * import { perplexity } from '@nn/train'
 * const metric = perplexity()
 * await metric.update(zeros([3, 8]), tensor([0, 5, 7], { dtype: 'int32' }))
 * metric.compute() // ~> 8
 * ```
 */
export function perplexity(options: ClassMetricOptions = {}): Metric<number> {
  const op = 'perplexity'
  checkOptions(op, options, CLASS_OPTIONS)
  checkClassOptions(op, options)
  const { ignoreIndex = -100 } = options
  return meanMetric(async (output, target) => {
    const [logits, labels] = scoresOf(op, output, target, options)
    const [losses, right] = await Promise.all([
      noGrad(() => crossEntropyRows(logits, labels, ignoreIndex)).data(),
      labels.data(),
    ])
    let [sum, count] = [0, 0]
    for (let i = 0; i < losses.length; i++) {
      if (right[i] === ignoreIndex) continue
      sum += losses[i]!
      count++
    }
    return { sum, count }
  }, Math.exp)
}
