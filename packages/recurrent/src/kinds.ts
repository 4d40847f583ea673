import type { RecurrentCell } from '@core/tensor/extend'

/** What initialisers must know of a cell. */
export interface Kind {
  /** The layer or cell, for messages. */
  readonly name: string
  /** Its blocks of weights, in order. */
  readonly gates: readonly string[]
  /** The gate that lets the past stay. */
  readonly keep?: string
  /** The gate that lets the new in, where it is not the rest of the one that keeps. */
  readonly write?: string
}

const GRU = { gates: ['reset', 'update', 'candidate'], keep: 'update' } as const
const RNN = { gates: ['hidden'] } as const

/** The gates of each cell, in the order in which PyTorch stores them. */
export const KINDS: Readonly<Record<RecurrentCell, Omit<Kind, 'name'>>> = {
  rnnTanh: RNN,
  rnnRelu: RNN,
  gru: GRU,
  gruResetBefore: GRU,
  lstm: { gates: ['input', 'forget', 'candidate', 'output'], keep: 'forget', write: 'input' },
}
