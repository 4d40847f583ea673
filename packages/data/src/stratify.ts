import { OptionError, type Tensor } from '@core/tensor'
import { describe, isTensor, show, valuesNow } from '@core/tensor/extend'

/** The class of each example: numbers, names, or an int32 tensor. */
export type Labels = ArrayLike<number | string> | Tensor

/** Reads the classes, one for each of `length` examples. */
export function readLabels(op: string, labels: Labels, length: number): ArrayLike<number | string> {
  if (isTensor(labels) && labels.rank !== 1)
    throw new OptionError(
      `${op}: stratify must be one class for each example, got a tensor of shape ${show(labels.shape)}; reshape it`,
    )
  const list = isTensor(labels)
    ? valuesNow(op, labels, 'stratify', 'pass their values: await labels.data()')
    : labels
  if (typeof list !== 'object' || list === null || list.length !== length)
    throw new OptionError(
      `${op}: stratify must be the classes of all ${length} examples, one for each, got ` +
        `${typeof list === 'object' && list !== null && 'length' in list ? `${list.length}` : describe(list)}`,
    )
  return list
}

/**
 * Divides examples so that each part has the share of each class that the whole has, as near as whole examples allow.
 * Sizes are exact; in each part the order is that of `order`.
 */
export function stratified(
  order: Int32Array,
  labels: ArrayLike<number | string>,
  sizes: readonly number[],
): Int32Array[] {
  const classes = new Map<number | string, number[]>()
  for (const [place, index] of order.entries()) {
    const places = classes.get(labels[index]!)
    if (places) places.push(place)
    else classes.set(labels[index]!, [place])
  }
  // Each class is a queue; a part takes its quota from the front of each.
  const queues = [...classes.values()]
  let left = order.length
  return sizes.map((size) => {
    const counts = quotas(
      queues.map((queue) => queue.length),
      left,
      size,
    )
    left -= size
    const places = queues.flatMap((queue, i) => queue.splice(0, counts[i]!))
    return Int32Array.from(
      places.sort((a, b) => a - b),
      (place) => order[place]!,
    )
  })
}

// Largest remainders: each class's share of `size`, rounded so that they add up.
function quotas(counts: readonly number[], total: number, size: number): number[] {
  const exact = counts.map((count) => (count * size) / total)
  const whole = exact.map(Math.floor)
  const missing = size - whole.reduce((a, b) => a + b, 0)
  const first = exact
    .map((value, i) => ({ i, rest: value - whole[i]! }))
    .sort((a, b) => b.rest - a.rest)
    .slice(0, missing)
  for (const { i } of first) whole[i]!++
  return whole
}
