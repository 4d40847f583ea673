import { cast, FormatError, type Tensor, tensor } from '@core/tensor'
import { assign, describe, isTensor, show, valuesNow } from '@core/tensor/extend'
import type { LoadReport } from './module.js'

/** Writes a stored state into the tensors of a module; checks everything first. */
export function loadInto(
  own: ReadonlyMap<string, Tensor>,
  state: Readonly<Record<string, Tensor>>,
  strict: boolean,
): LoadReport {
  if (typeof state !== 'object' || state === null || isTensor(state) || state instanceof Map)
    throw new FormatError(
      `loadStateDict: the state must be an object of tensors by name, as stateDict() gives it, got ${state instanceof Map ? 'a Map; use Object.fromEntries' : describe(state)}`,
    )
  const missing = [...own.keys()].filter((name) => !Object.hasOwn(state, name))
  const unexpected = Object.keys(state).filter((name) => !own.has(name))
  const misshapen: string[] = []
  for (const [name, target] of own) {
    if (!Object.hasOwn(state, name)) continue
    const value: unknown = state[name]
    if (!isTensor(value)) misshapen.push(`${name}: ${describe(value)} in the state instead of a tensor`)
    else if (value.storage.disposed) misshapen.push(`${name}: disposed of in the state`)
    else if (show(value.shape) !== show(target.shape))
      misshapen.push(`${name}: ${show(value.shape)} in the state, ${show(target.shape)} in the module`)
    else if (isFloat(value) !== isFloat(target))
      misshapen.push(`${name}: ${value.dtype} in the state, ${target.dtype} in the module`)
  }
  const faults = [
    ...(strict && missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(strict && unexpected.length > 0 ? [`unexpected: ${unexpected.join(', ')}`] : []),
    ...(misshapen.length > 0 ? [`misshapen: ${misshapen.join('; ')}`] : []),
  ]
  if (faults.length > 0)
    throw new FormatError(
      `loadStateDict: the state does not fit the module; nothing was changed.\n  ${faults.join('\n  ')}` +
        (misshapen.length === 0 ? '\n  Pass { strict: false } to load what fits.' : ''),
    )
  // What cannot be read, or converted, is met before the first tensor changes.
  const ready = Array.from(own)
    .filter(([name]) => Object.hasOwn(state, name))
    .map(([name, target]) => [target, fitting(name, state[name]!, target)] as const)
  for (const [target, value] of ready) assign(target, value)
  return { missing, unexpected }
}

/** A stored tensor with the dtype and on the backend of its target. */
function fitting(name: string, value: Tensor, { dtype, backend }: Tensor): Tensor {
  if (value.backend === backend) return value.dtype === dtype ? value : cast(value.detach(), dtype)
  return tensor(valuesNow('loadStateDict', value, `'${name}'`), { shape: value.shape, dtype, backend })
}

function isFloat(t: Tensor): boolean {
  return t.dtype === 'float32' || t.dtype === 'float64'
}
