import { OptionError, type Parameter } from '@core/tensor'
import { gradientOf } from '@core/tensor/extend'
import { namedIn, type ParameterInput } from '../parameters.js'

/** The parameters that have a gradient, with their names; at least one. */
export function trained(op: string, parameters: ParameterInput): [name: string, Parameter][] {
  const all = namedIn(op, parameters).filter(([, p]) => gradientOf(p) !== null)
  if (all.length === 0)
    throw new OptionError(`${op}: no parameter has a gradient; call it between backward() and step()`)
  return all
}
