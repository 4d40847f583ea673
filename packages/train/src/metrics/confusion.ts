import { ShapeError } from '@core/tensor'
import { checkInteger, checkOptions } from '@core/tensor/extend'
import { CLASS_OPTIONS, type ClassMetricOptions, checkClassOptions, predictionsOf } from './classes.js'
import type { Metric } from './metric.js'

/** How often targets of each class (rows) were taken for each class (columns). */
export type Confusion = readonly (readonly number[])[]

/**
 * Confusion matrix: $C_{ij}$ is the number of targets of class i for which class j had the highest score.
 *
 * Output [..., classes], float scores, or int32 class numbers as the target's; target int32 [...].
 *
 * @param classes - how many classes there are
 * @param options - `classDim` (−1), `ignoreIndex` (−100)
 * @returns a metric of `classes` rows of `classes` counts; for precision, recall and F1 see {@link classReport}
 * @throws OptionError where `classes` is not a whole number above 0; its `update`: ShapeError or DTypeError where output
 *   and target do not fit, or a class number is out of range
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { confusionMatrix } from '@nn/train'
 * const metric = confusionMatrix(2)
 * await metric.update(tensor([0, 1, 1], { dtype: 'int32' }), tensor([0, 0, 1], { dtype: 'int32' }))
 * metric.compute() // => [[1, 1], [0, 1]]
 * ```
 */
export function confusionMatrix(classes: number, options: ClassMetricOptions = {}): Metric<Confusion> {
  const op = 'confusionMatrix'
  checkInteger(op, 'classes', classes, 1)
  checkOptions(op, options, CLASS_OPTIONS)
  checkClassOptions(op, options)
  const { ignoreIndex = -100 } = options
  const none = () => Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  let counts = none()
  return {
    async update(output, target) {
      const [predicted, right] = await predictionsOf(op, output, target, options)
      const more = none()
      for (let i = 0; i < right.length; i++) {
        if (right[i] === ignoreIndex) continue
        const cell = more[right[i]!]?.[predicted[i]!]
        if (cell === undefined)
          throw new ShapeError(
            `${op}: target ${i} is class ${right[i]} and was taken for class ${predicted[i]}, but there are ${classes} classes, from 0 to ${classes - 1}`,
          )
        more[right[i]!]![predicted[i]!] = cell + 1
      }
      counts = counts.map((row, i) => row.map((count, j) => count + more[i]![j]!))
    },
    compute: () => counts.map((row) => [...row]),
    reset: () => {
      counts = none()
    },
  }
}

/** How well one class, or all together, are recognised. */
export interface ClassScores {
  /** Of what was taken for the class, the share that is of it. */
  readonly precision: number
  /** Of what is of the class, the share that was taken for it. */
  readonly recall: number
  /** The harmonic mean of both. */
  readonly f1: number
}

/** How well one class is recognised. */
export interface OneClassScores extends ClassScores {
  /** How many targets are of the class. */
  readonly support: number
}

/** What {@link classReport} gives. */
export interface ClassReport {
  /** The share of all targets that were recognised. */
  readonly accuracy: number
  /** Each class. */
  readonly classes: readonly OneClassScores[]
  /** The mean over the classes, each counting the same. */
  readonly macro: ClassScores
  /** The mean over the classes, each counting as often as it has targets. */
  readonly weighted: ClassScores
}

/**
 * Precision, recall and F1 from a confusion matrix:
 *
 * $$
 * P_c = \frac{C_{cc}}{\sum_i C_{ic}} \qquad R_c = \frac{C_{cc}}{\sum_j C_{cj}} \qquad F_c = \frac{2 C_{cc}}{\sum_i C_{ic} + \sum_j C_{cj}}
 * $$
 *
 * 0 where the denominator is 0, as in scikit-learn.
 *
 * @param confusion - counts, rows are targets, columns predictions
 * @returns scores of each class and their means
 * @throws ShapeError where it is not square
 * @example
 * ```ts
 * import { classReport } from '@nn/train'
 * const { classes, accuracy } = classReport([[3, 1], [2, 4]])
 * accuracy // => 0.7
 * classes[0]!.precision // => 0.6
 * classes[0]!.recall // => 0.75
 * ```
 */
export function classReport(confusion: Confusion): ClassReport {
  const size = confusion.length
  const crooked = confusion.findIndex((row) => row.length !== size)
  if (size === 0 || crooked >= 0)
    throw new ShapeError(
      `classReport: the confusion matrix must be square, but of ${size} rows row ${Math.max(crooked, 0)} has ${confusion[crooked]?.length ?? 0} entries`,
    )
  const share = (a: number, b: number) => (b === 0 ? 0 : a / b)
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const right = confusion.map((row, c) => row[c]!)
  const classes = confusion.map((row, c) => {
    const support = sum(row)
    const named = sum(confusion.map((other) => other[c]!))
    return {
      precision: share(right[c]!, named),
      recall: share(right[c]!, support),
      f1: share(2 * right[c]!, named + support),
      support,
    }
  })
  const all = sum(classes.map((c) => c.support))
  const mean = (weight: (support: number) => number): ClassScores => {
    const of = (key: keyof ClassScores) => sum(classes.map((c) => c[key] * weight(c.support)))
    return { precision: of('precision'), recall: of('recall'), f1: of('f1') }
  }
  return {
    accuracy: share(sum(right), all),
    classes,
    macro: mean(() => 1 / size),
    weighted: mean((support) => share(support, all)),
  }
}
