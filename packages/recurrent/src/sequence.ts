import { permute, reshape, ShapeError, squeeze, type Tensor, tensor, unsqueeze } from '@core/tensor'
import { checkTensor, checkTensors, describe, isTensor, show } from '@core/tensor/extend'

/** An input brought to [time, batch, features], and how what comes out is brought back. */
export interface Sequence {
  readonly x: Tensor
  readonly batch: number
  readonly time: number
  /** Whether the caller's input has a batch. */
  readonly batched: boolean
  /** [time, batch, …] in the caller's layout. */
  readonly restore: (y: Tensor) => Tensor
}

/** Checks an input and brings it to [time, batch, features]. */
export function sequenceOf(name: string, x: Tensor, inputSize: number, batchFirst: boolean): Sequence {
  checkTensor(name, x)
  const layout = batchFirst ? '[batch, time, features]' : '[time, batch, features]'
  const batched = x.rank === 3
  const time = x.shape[batched && batchFirst ? 1 : 0]!
  if ((!batched && x.rank !== 2) || x.shape[x.rank - 1] !== inputSize || time === 0)
    throw new ShapeError(
      `${name}: the input ${show(x.shape)} must be ${layout}, or [time, features] without a batch, ` +
        `with ${inputSize} features and at least one step`,
    )
  if (!batched) return { x: unsqueeze(x, 1), batch: 1, time, batched, restore: (y) => squeeze(y, 1) }
  if (!batchFirst) return { x, batch: x.shape[1]!, time, batched, restore: (y) => y }
  const swap = (y: Tensor) => permute(y, [1, 0, 2])
  return { x: swap(x), batch: x.shape[0]!, time, batched, restore: swap }
}

/** Lengths as int32 [batch] beside the input; undefined where all steps count. */
export function lengthsOf(
  name: string,
  { x, batch, time }: Sequence,
  lengths: readonly number[] | Tensor | undefined,
): Tensor | undefined {
  if (lengths === undefined) return undefined
  if (!isTensor(lengths) && !Array.isArray(lengths))
    throw new ShapeError(
      `${name}: lengths must be a list of numbers or an int32 tensor [batch], got ${describe(lengths)}`,
    )
  const count = isTensor(lengths) ? show(lengths.shape) : show([lengths.length])
  if (count !== show([batch]) || (isTensor(lengths) && lengths.dtype !== 'int32'))
    throw new ShapeError(
      `${name}: lengths are ${isTensor(lengths) ? `${lengths.dtype} ` : ''}${count}; a whole number for each of the ${batch} ` +
        `sequences is needed: a list, or int32 ${show([batch])}`,
    )
  if (isTensor(lengths)) {
    checkTensors(name, [x, lengths], ['the input', 'lengths'])
    checkRange(name, lengths.backend.peek(lengths.storage) ?? [], time)
    return lengths
  }
  checkRange(name, lengths as readonly number[], time)
  return tensor(Int32Array.from(lengths as readonly number[]), { dtype: 'int32', backend: x.backend })
}

function checkRange(name: string, lengths: ArrayLike<number>, time: number): void {
  for (let i = 0; i < lengths.length; i++) {
    const n = lengths[i]!
    if (!Number.isInteger(n) || n < 1 || n > time)
      throw new ShapeError(
        `${name}: lengths[${i}] is ${describe(n)}; it must be a whole number from 1 to the input's ${time} steps`,
      )
  }
}

/** A first state as one tensor [batch, size] for each layer and direction; undefined where none is given. */
export function firstStates(
  name: string,
  { x, batch, batched }: Sequence,
  state: Tensor | undefined,
  count: number,
  size: number,
  what: string,
): Tensor | undefined {
  if (state === undefined) return undefined
  checkTensors(name, [x, state], ['the input', what])
  const given = show(state.shape)
  const wanted = [[count, batch, size]]
  if (!batched) wanted.unshift([count, size])
  if (count === 1) wanted.push([batch, size])
  if (!wanted.some((shape) => show(shape) === given))
    throw new ShapeError(
      `${name}: ${what} has shape ${given}; ${show(wanted[0]!)} is needed for ${count === 1 ? 'one layer and direction' : `${count} layers and directions together`}, ` +
        `${batched ? `an input with a batch of ${batch}` : 'an input without a batch'} and ${size} values each`,
    )
  return reshape(state, [count, batch, size])
}
