import { ge, gt, noGrad, ShapeError, topk } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions, checkTensors, show } from '@core/tensor/extend'
import {
  CLASS_OPTIONS,
  type ClassMetricOptions,
  checkClassOptions,
  predictionsOf,
  scoresOf,
} from './classes.js'
import { type Metric, meanMetric } from './metric.js'

/**
 * Accuracy: the share of targets whose class has the highest score, $\frac{1}{n} \sum_i [\arg\max_c x_{ic} = t_i]$. The
 * first of equal scores counts.
 *
 * Output [..., classes], float scores, or int32 class numbers as the target's; target int32 [...].
 *
 * @param options - `classDim` (−1), `ignoreIndex` (−100)
 * @returns a metric from 0 to 1; NaN before the first target
 * @throws OptionError for unknown options; its `update`: ShapeError or DTypeError where output and target do not fit
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { accuracy } from '@nn/train'
 * const metric = accuracy()
 * await metric.update(tensor([[2, 1], [0, 3]]), tensor([0, 0], { dtype: 'int32' }))
 * metric.compute() // => 0.5
 * ```
 */
export function accuracy(options: ClassMetricOptions = {}): Metric<number> {
  checkOptions('accuracy', options, CLASS_OPTIONS)
  checkClassOptions('accuracy', options)
  const { ignoreIndex = -100 } = options
  return meanMetric(async (output, target) => {
    const [predicted, right] = await predictionsOf('accuracy', output, target, options)
    let [sum, count] = [0, 0]
    for (let i = 0; i < right.length; i++) {
      if (right[i] === ignoreIndex) continue
      count++
      if (predicted[i] === right[i]) sum++
    }
    return { sum, count }
  })
}

/**
 * Top-k accuracy: the share of targets whose class is among the k with the highest scores.
 *
 * Output [..., classes], float scores; target int32 [...].
 *
 * @param k - how many classes may be named, at least 1
 * @param options - `classDim` (−1), `ignoreIndex` (−100)
 * @returns a metric from 0 to 1; NaN before the first target
 * @throws OptionError where k is not a whole number above 0; its `update` also where there are fewer than k classes
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { topKAccuracy } from '@nn/train'
 * const metric = topKAccuracy(2)
 * await metric.update(tensor([[3, 2, 1], [3, 2, 1]]), tensor([1, 2], { dtype: 'int32' }))
 * metric.compute() // => 0.5
 * ```
 */
export function topKAccuracy(k: number, options: ClassMetricOptions = {}): Metric<number> {
  const op = 'topKAccuracy'
  checkInteger(op, 'k', k, 1)
  checkOptions(op, options, CLASS_OPTIONS)
  checkClassOptions(op, options)
  const { ignoreIndex = -100 } = options
  return meanMetric(async (output, target) => {
    const [scores, labels] = scoresOf(op, output, target, options)
    const [named, right] = await Promise.all([noGrad(() => topk(scores, k)).indices.data(), labels.data()])
    let [sum, count] = [0, 0]
    for (let i = 0; i < right.length; i++) {
      if (right[i] === ignoreIndex) continue
      count++
      if (named.subarray(i * k, (i + 1) * k).includes(right[i]!)) sum++
    }
    return { sum, count }
  })
}

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyOptions {
  /** Scores above it count as 1. Default 0, for logits; 0.5 for probabilities. */
  threshold?: number
}

/**
 * Accuracy of yes or no: the share of values on the right side of a threshold, $\frac{1}{n} \sum_i [(x_i > \theta) = (t_i \ge \frac{1}{2})]$.
 *
 * Output and target of the same shape; the target 0 or 1, of any dtype.
 *
 * @param options - `threshold` (0, for logits)
 * @returns a metric from 0 to 1; NaN before the first target
 * @throws OptionError for unknown options; its `update`: ShapeError where the shapes differ
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { binaryAccuracy } from '@nn/train'
 * const metric = binaryAccuracy()
 * await metric.update(tensor([2, -1, 0.5, 3]), tensor([1, 0, 0, 1]))
 * metric.compute() // => 0.75
 * ```
 */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric<number> {
  const op = 'binaryAccuracy'
  const { threshold = 0 } = checkOptions(op, options, ['threshold'])
  checkNumber(op, 'threshold', threshold, -Infinity, Infinity, 'both')
  return meanMetric(async (output, target) => {
    checkTensors(op, [output, target], ['the output', 'the target'])
    if (show(output.shape) !== show(target.shape))
      throw new ShapeError(
        `${op}: output ${show(output.shape)} and target ${show(target.shape)} must have the same shape; reshape one of them`,
      )
    const [yes, right] = await Promise.all([
      noGrad(() => gt(output, threshold)).data(),
      noGrad(() => ge(target.cast('float32'), 0.5)).data(),
    ])
    let sum = 0
    for (let i = 0; i < yes.length; i++) if (yes[i] === right[i]) sum++
    return { sum, count: yes.length }
  })
}
