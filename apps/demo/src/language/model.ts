import type { Tensor } from '@core/tensor'
import { Embedding, Linear } from '@nn/layers'
import { Module } from '@nn/module'
import { GRU, LSTM, type Recurrent, type RecurrentState, RNN } from '@nn/recurrent'

export const CELLS = ['rnn', 'gru', 'lstm'] as const
export type Cell = (typeof CELLS)[number]

export interface ModelConfig {
  readonly cell: Cell
  readonly vocabulary: number
  readonly embedding: number
  readonly hidden: number
}

/** What a recurrent layer remembers: h, and for the LSTM also c. */
export type State = RecurrentState

/**
 * A character language model: Embedding → RNN, GRU or LSTM → Linear.
 *
 * Input: tokens, int32 [batch, time]. Output: logits [batch, time, vocabulary] for the next character of each, and the
 * state to go on from.
 */
export class CharModel extends Module {
  readonly embed: Embedding
  readonly rnn: Recurrent
  readonly head: Linear
  constructor(readonly config: ModelConfig) {
    super()
    const { cell, vocabulary, embedding, hidden } = config
    this.embed = new Embedding(vocabulary, embedding)
    this.rnn = new { rnn: RNN, gru: GRU, lstm: LSTM }[cell](embedding, hidden)
    this.head = new Linear(hidden, vocabulary)
  }

  override forward(tokens: Tensor, { state }: { state?: State | undefined } = {}) {
    const { output, state: next } = this.rnn.forward(this.embed.forward(tokens), { state })
    return { logits: this.head.forward(output), state: next }
  }
}
