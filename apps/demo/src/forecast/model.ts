import { mean, select, type Tensor, unsqueeze } from '@core/tensor'
import { Dropout, Linear } from '@nn/layers'
import { init, Module } from '@nn/module'
import { GRU, LSTM, type Recurrent, RNN } from '@nn/recurrent'

export const CELLS = ['rnn', 'gru', 'lstm'] as const
export type Cell = (typeof CELLS)[number]

export interface ModelConfig {
  readonly cell: Cell
  readonly hidden: number
  readonly horizon: number
  readonly dropout: number
}

/**
 * Forecasts a series by the mean of what it sees, corrected by a recurrent layer that reads how the series went around that
 * mean. Untrained the correction is 0.
 *
 * Input: [batch, time, 1]. Output: [batch, horizon, 1].
 */
export class Forecaster extends Module {
  readonly rnn: Recurrent
  readonly dropout: Dropout
  readonly head: Linear
  constructor(readonly config: ModelConfig) {
    super()
    const { cell, hidden, horizon, dropout } = config
    this.rnn = new { rnn: RNN, gru: GRU, lstm: LSTM }[cell](1, hidden)
    this.dropout = new Dropout(dropout)
    this.head = new Linear(hidden, horizon, { init: { weight: init.zeros(), bias: init.zeros() } })
  }

  override forward(x: Tensor): Tensor {
    const level = mean(x, { axis: 1, keepDim: true })
    const { output } = this.rnn.forward(x.sub(level))
    const correction = this.head.forward(this.dropout.forward(select(output, 1, -1)))
    return unsqueeze(correction, 2).add(level)
  }
}
