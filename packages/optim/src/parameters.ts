import { OptionError, type Parameter } from '@core/tensor'
import { describe, isTensor } from '@core/tensor/extend'

/** Parameters, plain or with their names. */
export type ParameterInput = Iterable<Parameter> | Iterable<readonly [string, Parameter]>

/** What is given, as a list. */
export function listOf(op: string, input: unknown): unknown[] {
  if (typeof (input as Iterable<unknown> | undefined | null)?.[Symbol.iterator] !== 'function')
    throw new OptionError(
      `${op}: expected parameters, e.g. model.parameters(), or a list of groups, got ${describe(input)}`,
    )
  return [...(input as Iterable<unknown>)]
}

/** Parameters with their names; those that came without are numbered from `first` on. */
export function namedIn(op: string, input: ParameterInput, first = 0): [name: string, Parameter][] {
  return listOf(op, input).map((item, i) => {
    const [name, parameter] = Array.isArray(item) ? (item as [unknown, unknown]) : [String(first + i), item]
    if (typeof name !== 'string' || !isTensor(parameter) || !parameter.isLeaf)
      throw new OptionError(
        `${op}: '${String(name)}' is ${describe(parameter)}, not a Parameter; pass model.parameters() or model.namedParameters()`,
      )
    return [name, parameter as Parameter]
  })
}
