import type { Generator, Tensor } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import type { RecurrentInit } from './init.js'

/** Options of everything recurrent, layers and cells. */
export interface CellOptions {
  /** Whether biases are added. Default true. */
  bias?: boolean
  /** How the parameters begin, e.g. `chrono({ maxDelay: 100 })`. Default: uniform in ±1/√hidden, as in PyTorch. */
  init?: RecurrentInit | undefined
  /** Where the first weights come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/** Options that all recurrent layers have. */
export interface RecurrentOptions extends CellOptions {
  /** How many layers stand on each other; each reads the output of the one below. Default 1. */
  numLayers?: number
  /** Whether the batch stands before time: [batch, time, features] (default), else [time, batch, features]. */
  batchFirst?: boolean
  /**
   * Probability with which values between two layers are dropped while training, from 0 to 1. Default 0. One layer alone
   * has nothing to drop. The layer has a generator of its own for it, derived from `generator`.
   */
  dropout?: number
  /** Whether a second set of weights reads the sequence from its end, its output beside the first one's. Default false. */
  bidirectional?: boolean
}

/** Options of `forward`; `State` is a tensor, or for LSTM two. */
export interface ForwardOptions<State = Tensor> {
  /** The state to begin with, as an earlier `forward` returned it. Default: zeros. */
  state?: State | undefined
  /**
   * How many steps of each sequence count, from 1 to time: numbers, or int32 [batch]. What follows is padding: the output is
   * zero there, the state is that of each sequence's own last step, and the reverse direction starts there. Default: all.
   */
  lengths?: readonly number[] | Tensor | undefined
  /** Whether to return every gate of every step, too. Default false; it then costs nothing. */
  trace?: boolean
}

/** What `forward` gives. */
export interface RecurrentOutput {
  /** The hidden states of all steps, [batch, time, D · hidden] (or time first, as the input); D is the number of directions. */
  readonly output: Tensor
  /**
   * The last hidden states, [layers · D, batch, hidden] ([layers · D, hidden] without a batch), forward before backward in each layer; pass
   * them to the next `forward` to go on.
   */
  readonly state: Tensor
}

/** Checks the options that all recurrent layers have, before anything is drawn; gives them back. */
export function checkLayer<T extends RecurrentOptions>(
  name: string,
  options: T,
  more: readonly (keyof T & string)[] = [],
  switches: readonly (keyof T & string)[] = [],
): T {
  checkOptions(
    name,
    options,
    ['numLayers', 'dropout', ...more, 'init', 'generator'],
    ['bias', 'batchFirst', 'bidirectional', ...switches],
  )
  if (options.numLayers !== undefined) checkInteger(name, 'numLayers', options.numLayers, 1)
  if (options.dropout !== undefined) checkNumber(name, 'dropout', options.dropout, 0, 1)
  return options
}

/** Checks the options of `forward`, so that a state passed in their place is not overlooked. */
export function checkForward(name: string, options: ForwardOptions<unknown>): void {
  checkOptions(name, options, ['state', 'lengths'], ['trace'])
}
