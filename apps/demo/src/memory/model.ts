import type { Generator, Tensor } from '@core/tensor'
import { Embedding, Linear } from '@nn/layers'
import { Module } from '@nn/module'
import { chrono, GRU, LSTM, RNN } from '@nn/recurrent'
import type { Task } from './task.js'

export const CELLS = ['gru', 'lstm', 'rnn'] as const
export type Cell = (typeof CELLS)[number]
/** `plain` is PyTorch's: everything uniform. */
export const INITS = ['chrono', 'plain'] as const
export type Init = (typeof INITS)[number]

export const HIDDEN = 64

/** What GRU, LSTM and RNN have in common. */
type Layer = Module & { forward(x: Tensor): { readonly output: Tensor } }

/** An embedding where the task has symbols, a recurrent layer, and a linear one that answers from its last states. */
export class MemoryModel extends Module {
  readonly embed: Embedding | undefined
  readonly rnn: Layer
  readonly head: Linear

  constructor(
    private readonly task: Task,
    cell: Cell,
    init: Init,
    generator: Generator,
  ) {
    super()
    const { inputs, outputs } = task
    const [forEmbed, forRnn, forHead] = [generator.fork(), generator.fork(), generator.fork()]
    this.embed =
      'symbols' in inputs ? new Embedding(inputs.symbols, HIDDEN, { generator: forEmbed }) : undefined
    const features = 'symbols' in inputs ? HIDDEN : inputs.features
    this.rnn = newLayer(cell, features, init === 'chrono' ? task.maxDelay : undefined, forRnn)
    this.head = new Linear(HIDDEN, outputs, { generator: forHead })
  }

  /** From a batch's inputs to answers [batch, answers, outputs]. */
  override forward(x: Tensor): Tensor {
    const { output } = this.rnn.forward(this.embed?.forward(x) ?? x)
    return this.head.forward(output.slice(-this.task.answers, undefined, { axis: 1 }))
  }
}

function newLayer(cell: Cell, features: number, maxDelay: number | undefined, generator: Generator): Layer {
  // An RNN has no gates to open
  if (cell === 'rnn') return new RNN(features, HIDDEN, { generator })
  const Layer = { gru: GRU, lstm: LSTM }[cell]
  return new Layer(features, HIDDEN, {
    generator,
    init: maxDelay === undefined ? undefined : chrono({ maxDelay }),
  })
}
