import { OptionError } from '@core/tensor'

/** An option that is one value for all groups, or a list with one for each; each is checked. */
export function perGroup<T>(
  op: string,
  name: string,
  given: T | readonly T[],
  groups: number,
  check: (value: T) => void,
): T[] {
  const list: T[] = Array.isArray(given) ? [...given] : Array.from({ length: groups }, () => given as T)
  if (list.length !== groups)
    throw new OptionError(
      `${op}: ${name} has ${list.length} values, the optimizer ${groups} ${groups === 1 ? 'group' : 'groups'}; give one value, or one for each group`,
    )
  for (const value of list) check(value)
  return list
}
