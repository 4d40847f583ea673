import { ShapeError, type Tensor } from '@core/tensor'
import { show } from '@core/tensor/extend'

/** Checks that query, key and value have the features they shall, and times and batches that go together. */
export function checkShapes(
  op: string,
  given: readonly [Tensor, Tensor, Tensor],
  features: readonly number[],
  batchFirst: boolean,
): void {
  const [query, key, value] = given
  const { rank } = query
  const time = rank === 3 && batchFirst ? 1 : 0
  const fits =
    (rank === 2 || rank === 3) &&
    given.every((t, i) => t.rank === rank && t.shape[rank - 1] === features[i]) &&
    key.shape[time] === value.shape[time] &&
    (rank === 2 || given.every((t) => t.shape[1 - time] === query.shape[1 - time]))
  if (!fits)
    throw new ShapeError(
      `${op}: query, key, value ${given.map((t) => show(t.shape)).join(', ')} do not fit: ` +
        `${batchFirst ? '[batch, time, features]' : '[time, batch, features]'} with ${features.join(', ')} features is needed`,
    )
}
