import type { Tensor } from '@core/tensor'
import type { RecurrentOutputs } from '@core/tensor/extend'

/** What can be seen of an RNN, for each step: [batch, time, hidden] (or time first, as the input). */
export interface RNNGates {
  /** The hidden state. */
  readonly hidden: Tensor
}

/** What can be seen of a GRU, for each step: [batch, time, hidden] (or time first, as the input). */
export interface GRUGates {
  /** Reset gate r: how much of the past enters the candidate. */
  readonly reset: Tensor
  /** Update gate z: how much of the past stays. */
  readonly update: Tensor
  /** Candidate n: what would take its place. */
  readonly candidate: Tensor
  /** The hidden state. */
  readonly hidden: Tensor
}

/** What can be seen of an LSTM, for each step: [batch, time, hidden] (or time first, as the input). */
export interface LSTMGates {
  /** Forget gate f: how much of the memory cell stays. */
  readonly forget: Tensor
  /** Input gate i: how much of the candidate is taken up. */
  readonly input: Tensor
  /** Output gate o: how much of the memory cell is shown. */
  readonly output: Tensor
  /** Candidate g. */
  readonly candidate: Tensor
  /** The memory cell. */
  readonly cell: Tensor
  /** The hidden state; with a projection [batch, time, proj]. */
  readonly hidden: Tensor
}

/** The open box: every gate by layer and direction. They are ordinary tensors, with gradients; zeros in padded steps. */
export interface Trace<Gates> {
  /** One entry a layer, from the input up. */
  readonly layers: readonly {
    /** What reads the sequence from its start. */
    readonly forward: Gates
    /** What reads it from its end, where the layer has two directions. */
    readonly backward?: Gates
  }[]
}

/** A result with the trace that was asked for. */
export interface Traced<Gates> {
  /** Every gate of every step. */
  readonly trace: Trace<Gates>
}

/** The gates of one direction in the caller's layout. */
export function gatesOf(
  { output, trace = {} }: RecurrentOutputs,
  restore: (y: Tensor) => Tensor,
): Record<string, Tensor> {
  const gates = Object.entries(trace).map(([name, t]) => [name, restore(t)] as const)
  return { ...Object.fromEntries(gates), hidden: restore(output) }
}
