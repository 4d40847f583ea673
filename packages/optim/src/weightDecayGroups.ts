import { OptionError, type Parameter } from '@core/tensor'
import { checkFunction, checkNumber, checkOptions } from '@core/tensor/extend'
import { namedIn } from './parameters.js'

/** Options of {@link weightDecayGroups}. */
export interface WeightDecayGroupsOptions {
  /** The weight decay of what is not left out, at least 0. */
  weightDecay: number
  /** Says by name and shape what is left out. Default {@link isBiasOrNorm}. */
  exclude?: (name: string, shape: readonly number[]) => boolean
}

/** Parameters with a weight decay of their own. */
export interface WeightDecayGroup {
  /** The parameters, with their names. */
  readonly params: readonly (readonly [name: string, parameter: Parameter])[]
  /** Their weight decay. */
  readonly weightDecay: number
}

/**
 * Whether a parameter looks like a bias or like the scale or shift of a norm: it has fewer than two axes, a last name with `bias`
 * in it, or lies in a layer that is called a norm (`norm1`, `layerNorm`, `bn2`, `ln`).
 *
 * @param name - its name, with dots
 * @param shape - its shape
 * @returns whether it does
 * @example
 * ```ts
 * import { isBiasOrNorm } from '@nn/optim'
 * isBiasOrNorm('encoder.linear.weight', [8, 4]) // => false
 * isBiasOrNorm('encoder.linear.bias', [8]) // => true
 * isBiasOrNorm('norm.weight', [4, 8, 8]) // => true
 * ```
 */
export function isBiasOrNorm(name: string, shape: readonly number[]): boolean {
  const path = name.split('.')
  return (
    shape.length < 2 ||
    /bias/i.test(path.at(-1)!) ||
    path.slice(0, -1).some((part) => /norm|^(bn|ln)\d*$/i.test(part))
  )
}

/**
 * Two groups for an optimizer: one with weight decay, one without, for biases and norms, which decay does not help.
 *
 * @param namedParameters - parameters with their names
 * @param options - `weightDecay`, `exclude`
 * @returns the group that decays, and the one that does not; either may be empty
 * @throws OptionError where an option is not allowed, or parameters come without names
 * @example
 * ```ts
 * import { ones, Parameter } from '@core/tensor'
 * import { SGD, weightDecayGroups } from '@nn/optim'
 * const named: [string, Parameter][] = [
 *   ['linear.weight', new Parameter(ones([2, 3]))],
 *   ['linear.bias', new Parameter(ones([2]))],
 * ]
 * const groups = weightDecayGroups(named, { weightDecay: 0.1 })
 * const optimizer = new SGD(groups, { lr: 0.5 })
 * optimizer.groups.map((group) => [...group.params.keys()]) // => [['linear.weight'], ['linear.bias']]
 * optimizer.groups.map((group) => group.weightDecay) // => [0.1, 0]
 * ```
 */
export function weightDecayGroups(
  namedParameters: Iterable<readonly [string, Parameter]>,
  options: WeightDecayGroupsOptions,
): [decayed: WeightDecayGroup, excluded: WeightDecayGroup] {
  const op = 'weightDecayGroups'
  const { weightDecay, exclude = isBiasOrNorm } = checkOptions(op, options, ['weightDecay', 'exclude'])
  checkNumber(op, 'weightDecay', weightDecay, 0, Infinity, 'max')
  checkFunction(op, 'exclude', exclude)
  const items = [...namedIn(op, requireNames(op, namedParameters))]
  const out = new Set(items.filter(([name, { shape }]) => exclude(name, shape)))
  return [
    { params: items.filter((item) => !out.has(item)), weightDecay },
    { params: [...out], weightDecay: 0 },
  ]
}

function requireNames(
  op: string,
  input: Iterable<readonly [string, Parameter]>,
): Iterable<readonly [string, Parameter]> {
  if (typeof input?.[Symbol.iterator] !== 'function') return input // namedIn says what is wrong
  const items = [...input]
  if (!items.every((item) => Array.isArray(item)))
    throw new OptionError(
      `${op}: it goes by names; pass model.namedParameters() instead of model.parameters()`,
    )
  return items
}
