/**
 * Recurrent networks: RNN, GRU and LSTM, with their time loop in one kernel, forward and backward.
 *
 * @packageDocumentation
 */
export { GRU } from './gru.js'
export { LSTM, type LSTMOutput, type LSTMState } from './lstm.js'
export { type ForwardOptions, Recurrent, type RecurrentOptions, type RecurrentOutput } from './recurrent.js'
export { RNN, type RNNOptions } from './rnn.js'
