import { type Generator, OptionError, type Parameter } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import type { Initialiser, Module } from '@nn/module'

/**
 * How a layer's parameters begin: an initialiser of its weights (biases begin as they do by default), or one for each
 * parameter by its name, like `{ weight: init.xavierUniform(), bias: init.zeros() }`.
 */
export type Init = Initialiser | Readonly<Record<string, Initialiser>>

/** Overwrites the first values of a layer's parameters by its `init` option. */
export function initialise(layer: Module, option: Init | undefined, generator: Generator | undefined): void {
  if (option === undefined) return
  const name = layer.constructor.name
  const parameters = new Map<string, Parameter>(layer.namedParameters())
  if (typeof option === 'function') {
    for (const parameter of parameters.values()) if (parameter.rank > 1) option(parameter, generator)
    return
  }
  if (typeof option !== 'object' || option === null)
    throw new OptionError(
      `${name}: init must be an initialiser, like init.xavierUniform(), or an object of them, got ${describe(option)}`,
    )
  for (const [which, initialiser] of Object.entries(option)) {
    const parameter = parameters.get(which)
    if (!parameter)
      throw new OptionError(
        `${name}: init names '${which}'; the parameters are ${[...parameters.keys()].join(', ')}`,
      )
    if (typeof initialiser !== 'function')
      throw new OptionError(`${name}: init.${which} must be an initialiser, got ${describe(initialiser)}`)
    initialiser(parameter, generator)
  }
}
