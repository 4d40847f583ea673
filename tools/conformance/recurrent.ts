import type { Tensor } from '@core/tensor'
import { GRU, LSTM, type RecurrentOptions, RNN } from '@nn/recurrent'
import { layer, type ModuleAdapter } from './adapters.ts'
import type { Args } from './args.ts'

/** PyTorch's options as ours: time stands first where nothing is said, and one layer in one direction is all there is. */
function options(a: Args): RecurrentOptions {
  if (a.number('num_layers', 1) !== 1) throw a.unsupported('num_layers')
  if (a.boolean('bidirectional')) throw a.unsupported('bidirectional')
  if (a.number('dropout', 0) !== 0) throw a.unsupported('dropout')
  return { batchFirst: a.boolean('batch_first'), ...a.rest<RecurrentOptions>() }
}

const SIZES = 'input_size hidden_size'
const INPUTS = 'input hx'

function state(a: Args): { state?: Tensor } {
  const hx = a.tensorOr('hx')
  return hx ? { state: hx } : {}
}

/** Recurrent layers and cells. */
export const RECURRENT: Readonly<Record<string, ModuleAdapter>> = {
  GRU: layer(
    SIZES,
    (a) => new GRU(a.number('input_size'), a.number('hidden_size'), options(a)),
    (gru, a) => {
      const { output, state: last } = gru.forward(a.tensor('input'), state(a))
      return [output, last]
    },
    INPUTS,
  ),
  LSTM: layer(
    SIZES,
    (a) => new LSTM(a.number('input_size'), a.number('hidden_size'), options(a)),
    (lstm, a) => {
      const [h, c] = a.has('hx') ? a.tensors('hx') : []
      const { output, state: last } = lstm.forward(a.tensor('input'), h && c ? { state: { h, c } } : {})
      return [output, last.h, last.c]
    },
    INPUTS,
  ),
  RNN: layer(
    SIZES,
    (a) => {
      if (a.string('nonlinearity', 'tanh') !== 'tanh') throw a.unsupported('nonlinearity')
      return new RNN(a.number('input_size'), a.number('hidden_size'), options(a))
    },
    (rnn, a) => {
      const { output, state: last } = rnn.forward(a.tensor('input'), state(a))
      return [output, last]
    },
    INPUTS,
  ),
}
