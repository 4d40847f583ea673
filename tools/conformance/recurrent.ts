import type { Tensor } from '@core/tensor'
import {
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type LSTMState,
  type RecurrentOptions,
  RNN,
  RNNCell,
} from '@nn/recurrent'
import { layer, type ModuleAdapter } from './adapters.ts'
import type { Args } from './args.ts'

// PyTorch's constructors, in the order of their positional arguments
const SIZES = 'input_size hidden_size'
const OPTIONS = 'bias batch_first dropout bidirectional'
const INPUTS = 'input hx'

function sizes(a: Args): [inputSize: number, hiddenSize: number] {
  return [a.number('input_size'), a.number('hidden_size')]
}

/** PyTorch's options as ours; time stands first where nothing is said. */
function options<T extends RecurrentOptions>(a: Args): T {
  return { batchFirst: a.boolean('batch_first'), ...a.rest<T>() }
}

function pair(a: Args): LSTMState | undefined {
  const [h, c] = a.has('hx') ? a.tensors('hx') : []
  return h && c ? { h, c } : undefined
}

function tensors({ output, state }: { output: Tensor; state: Tensor }): Tensor[] {
  return [output, state]
}

/** Recurrent layers and cells. */
export const RECURRENT: Readonly<Record<string, ModuleAdapter>> = {
  RNN: layer(
    `${SIZES} num_layers nonlinearity ${OPTIONS}`,
    (a) => new RNN(...sizes(a), options(a)),
    (rnn, a) => tensors(rnn.forward(a.tensor('input'), { state: a.tensorOr('hx') })),
    INPUTS,
  ),
  GRU: layer(
    `${SIZES} num_layers ${OPTIONS}`,
    (a) => new GRU(...sizes(a), options(a)),
    (gru, a) => tensors(gru.forward(a.tensor('input'), { state: a.tensorOr('hx') })),
    INPUTS,
  ),
  LSTM: layer(
    `${SIZES} num_layers ${OPTIONS} proj_size`,
    (a) => new LSTM(...sizes(a), options(a)),
    (lstm, a) => {
      const { output, state } = lstm.forward(a.tensor('input'), { state: pair(a) })
      return [output, state.h, state.c]
    },
    INPUTS,
  ),
  RNNCell: layer(
    `${SIZES} bias nonlinearity`,
    (a) => new RNNCell(...sizes(a), a.rest()),
    (cell, a) => cell.forward(a.tensor('input'), a.tensorOr('hx')),
    INPUTS,
  ),
  GRUCell: layer(
    `${SIZES} bias`,
    (a) => new GRUCell(...sizes(a), a.rest()),
    (cell, a) => cell.forward(a.tensor('input'), a.tensorOr('hx')),
    INPUTS,
  ),
  LSTMCell: layer(
    `${SIZES} bias`,
    (a) => new LSTMCell(...sizes(a), a.rest()),
    (cell, a) => {
      const { h, c } = cell.forward(a.tensor('input'), pair(a))
      return [h, c]
    },
    INPUTS,
  ),
}
