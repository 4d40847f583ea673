import type { Generator } from '@core/tensor'

/**
 * A stream in another order, of which no more than `size` items are held at a time: each that comes takes the place of
 * one chosen at random, which goes out; in the end the rest goes out in random order.
 */
export async function* shuffled<Item>(
  stream: Iterable<Item> | AsyncIterable<Item>,
  size: number,
  generator: Generator,
): AsyncGenerator<Item, void, undefined> {
  const held: Item[] = []
  for await (const item of stream) {
    if (held.length < size) {
      held.push(item)
      continue
    }
    const i = generator.integer(size)
    const out = held[i]!
    held[i] = item
    yield out
  }
  for (const i of generator.permutation(held.length)) yield held[i]!
}
