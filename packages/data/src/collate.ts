import { OptionError, stack, type Tensor } from '@core/tensor'
import { describe, isTensor } from '@core/tensor/extend'

/** What {@link collate} makes of examples of type `Item`: the same structure, with a batch dimension in each tensor. */
export type Collated<Item> = Item extends Tensor
  ? Tensor
  : Item extends object
    ? { -readonly [Key in keyof Item]: Collated<Item[Key]> }
    : never

/**
 * Puts examples together to a batch: tensors are stacked along a new first dimension; arrays and objects of tensors
 * are collated member by member.
 *
 * @param items - examples of one structure, at least one
 * @returns the batch
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { collate } from '@nn/data'
 * const { x, y } = collate([
 *   { x: tensor([1, 2]), y: tensor(0) },
 *   { x: tensor([3, 4]), y: tensor(1) },
 * ])
 * x.shape // => [2, 2]
 * y.dataSync() // => [0, 1]
 * ```
 */
export function collate<Item>(items: readonly Item[]): Collated<Item> {
  return merge(items, '') as Collated<Item>
}

function merge(items: readonly unknown[], path: string): unknown {
  const first = items[0]
  if (isTensor(first)) return stack(items as Tensor[])
  if (Array.isArray(first)) return first.map((_, i) => merge(members(items, i, path), `${path}[${i}]`))
  if (typeof first === 'object' && first !== null && Object.getPrototypeOf(first) === Object.prototype)
    return Object.fromEntries(
      Object.keys(first).map((key) => [key, merge(members(items, key, path), `${path}.${key}`)]),
    )
  throw new OptionError(
    `collate: ${path === '' ? 'an example' : `${path} of an example`} is ${describe(first)}, but only tensors, and arrays ` +
      'and objects of tensors, can be put together; give the loader a collate function of your own',
  )
}

function members(items: readonly unknown[], key: string | number, path: string): unknown[] {
  return items.map((item, i) => {
    if (typeof item !== 'object' || item === null || !Object.hasOwn(item, key))
      throw new OptionError(
        `collate: example ${i} of the batch has no ${path}${typeof key === 'number' ? `[${key}]` : `.${key}`}, ` +
          'which example 0 has; examples must be of one structure',
      )
    return (item as Record<string | number, unknown>)[key]
  })
}
