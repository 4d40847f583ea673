import { GATES, type RecurrentAttrs, type RecurrentCell } from '../../backends/kernels/recurrent.js'
import { ShapeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { type Shape, sameShape, show } from '../../shape.js'
import type { Tensor } from '../../tensor.js'
import { checkFloat, checkIndices, checkSameDType, checkTensors } from '../run.js'

/** What a recurrent layer computes with, in PyTorch's layouts; G = 1, 3, 4 gates for rnn, gru, lstm. */
export interface RecurrentInputs {
  /** The sequence [time, batch, in]. */
  readonly x: Tensor
  /** Input weights [G·hidden, in]. */
  readonly wInput: Tensor
  /** Recurrent weights [G·hidden, state]; the state has `hidden` entries, with a projection `proj`. */
  readonly wHidden: Tensor
  /** Input bias [G·hidden]. */
  readonly bInput?: Tensor | undefined
  /** Hidden bias [G·hidden]. */
  readonly bHidden?: Tensor | undefined
  /** First hidden state [batch, state]. */
  readonly h0: Tensor
  /** First cell state [batch, hidden]; lstm only. */
  readonly c0?: Tensor | undefined
  /** Weights [proj, hidden] by which the hidden state is projected; lstm only. */
  readonly wProjection?: Tensor | undefined
  /** How many steps each sequence has, from 1 to time: int32 [batch]. What follows is padding and is not read. */
  readonly lengths?: Tensor | undefined
}

/** Options of a recurrent layer. */
export interface RecurrentLayerOptions {
  /** Whether to walk from each sequence's last step to its first. Default false. */
  reverse?: boolean
  /** Whether the gates of all steps are given, too. Default false. */
  trace?: boolean
}

/** What a recurrent layer gives. */
export interface RecurrentOutputs {
  /** Hidden states of all steps [time, batch, state]; zeros in padded ones. */
  readonly output: Tensor
  /** The hidden state after the last step of the walk [batch, state]: each sequence's own last step, or with `reverse` its first. */
  readonly hLast: Tensor
  /** The cell state there [batch, hidden]; lstm only. */
  readonly cLast?: Tensor
  /**
   * The gates of all steps, each [time, batch, hidden], zeros in padded ones: `reset`, `update`, `candidate` of a gru;
   * `forget`, `input`, `output`, `candidate`, `cell` of an lstm; none of an rnn.
   */
  readonly trace?: Readonly<Record<string, Tensor>>
}

const FLOATS = ['x', 'wInput', 'wHidden', 'bInput', 'bHidden', 'h0', 'c0', 'wProjection'] as const

/** Checks inputs and options of a layer; gives the kernel's attributes. */
export function checkLayer(
  cell: RecurrentCell,
  inputs: RecurrentInputs,
  options: RecurrentLayerOptions,
): RecurrentAttrs {
  const { reverse = false } = checkOptions(cell, options, [], ['reverse', 'trace'])
  const { x, wHidden, wProjection, lengths } = inputs
  const floats = FLOATS.filter((n) => inputs[n])
  const present = lengths ? [...floats, 'lengths' as const] : floats
  checkTensors(
    cell,
    present.map((n) => inputs[n]!),
    present.map((n) => `'${n}'`),
  )
  checkFloat(cell, x)
  for (const n of floats) checkSameDType(cell, x, inputs[n]!, 'the input', `'${n}'`)
  if (x.rank !== 3 || x.shape[0] === 0)
    throw new ShapeError(`${cell}: the input must be [time ≥ 1, batch, features], got ${show(x.shape)}`)
  checkParts(cell, inputs)
  const [time, batch, size] = x.shape as [number, number, number]
  const state = (wProjection ? wProjection.shape[0] : wHidden.shape[wHidden.rank - 1]) ?? 0
  const hidden = wProjection ? (wProjection.shape[1] ?? 0) : state
  const wide = GATES[cell] * hidden
  const want: Record<(typeof FLOATS)[number], Shape> = {
    x: x.shape,
    wInput: [wide, size],
    wHidden: [wide, state],
    bInput: [wide],
    bHidden: [wide],
    h0: [batch, state],
    c0: [batch, hidden],
    wProjection: [state, hidden],
  }
  for (const n of floats)
    if (!sameShape(inputs[n]!.shape, want[n]))
      throw new ShapeError(
        `${cell}: '${n}' has shape ${show(inputs[n]!.shape)}, ${show(want[n])} is needed for an input ${show(x.shape)} ` +
          (wProjection
            ? `and projection weights ${show(wProjection.shape)}`
            : `and recurrent weights ${show(wHidden.shape)}`),
      )
  const padded = lengths !== undefined && checkLengths(cell, lengths, time, batch)
  return {
    cell,
    time,
    batch,
    hidden,
    reverse,
    lengths: padded,
    projection: wProjection ? state : 0,
  }
}

/** What an lstm has and the others have not. */
function checkParts(cell: RecurrentCell, { c0, wProjection }: RecurrentInputs): void {
  if ((cell === 'lstm') !== (c0 !== undefined))
    throw new ShapeError(
      `${cell}: ${cell === 'lstm' ? "a first cell state 'c0' is needed" : "there is no cell state; leave 'c0' out"}`,
    )
  if (!wProjection) return
  if (cell !== 'lstm') throw new ShapeError(`${cell}: only lstm has a projection; leave 'wProjection' out`)
  if (wProjection.rank !== 2 || wProjection.size === 0)
    throw new ShapeError(
      `${cell}: 'wProjection' must be [proj ≥ 1, hidden ≥ 1], got ${show(wProjection.shape)}`,
    )
}

/** Checks them, and tells whether there may be padding. */
function checkLengths(cell: RecurrentCell, lengths: Tensor, time: number, batch: number): boolean {
  checkIndices(cell, lengths, "'lengths'")
  if (!sameShape(lengths.shape, [batch]))
    throw new ShapeError(
      `${cell}: 'lengths' has shape ${show(lengths.shape)}; one number for each of ${batch} sequences is needed, ${show([batch])}`,
    )
  const values = lengths.backend.peek(lengths.storage)
  values?.forEach((n, i) => {
    if (n < 1 || n > time)
      throw new ShapeError(
        `${cell}: length ${n} of sequence ${i} is out of range; the input has ${time} steps, and 1 to ${time} of them can count`,
      )
  })
  return !values?.every((n) => n === time)
}
