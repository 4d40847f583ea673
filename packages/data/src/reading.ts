import type { Tensor, TypedArray } from '@core/tensor'
import { readNow } from '@core/tensor/extend'

/** Values that are there, or will be. */
export type Values = TypedArray | Promise<TypedArray>

/** A copy of a tensor's values as they are now; a promise where its backend can only be waited for. */
export function valuesOf(source: Tensor): Values {
  const now = readNow(source)
  if (now) return now
  const later = source.data()
  later.catch(() => {}) // reported to whoever asks for an example
  return later
}

/** What a function makes of values; a promise where one has to wait for some of them. */
export function whenRead<T>(
  values: readonly Values[],
  make: (values: readonly TypedArray[]) => T,
): T | Promise<T> {
  return values.some((one) => one instanceof Promise)
    ? Promise.all(values).then(make)
    : make(values as readonly TypedArray[])
}
