/**
 * Recurrent layers: RNN, GRU, LSTM.
 *
 * @packageDocumentation
 */

export {}
