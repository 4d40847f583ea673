import { ones, type Tensor, TensorError, tensor } from '@core/tensor'
import { init, Module } from '@nn/module'
import {
  chrono,
  forgetBias,
  GRU,
  GRUCell,
  gradientThroughTime,
  LSTM,
  LSTMCell,
  RNN,
  RNNCell,
  recur,
} from '@nn/recurrent'
import { expect, test } from 'vitest'

// Callers in plain JavaScript pass what TypeScript would refuse.
// biome-ignore lint/suspicious/noExplicitAny: that is what is tested
const js = (value: unknown): any => value
const x = ones([2, 5, 3])
const gru = new GRU(3, 4)
const deep = new LSTM(3, 4, { numLayers: 2, bidirectional: true })
class Two extends Module {
  readonly a = new GRU(3, 4)
  readonly b = new GRU(3, 4)
}
const loss = () => ones([1])

/** What the user did, the call, the code of the error, and what its message must say. */
type Row = readonly [what: string, call: () => unknown, code: string, ...says: RegExp[]]

// biome-ignore format: one row a line
const rows: Row[] = [
  ['no layers', () => new GRU(3, 4, { numLayers: 0 }), 'ERR_OPTION', /GRU: numLayers.*≥ 1.*got 0/],
  ['half a layer', () => new GRU(3, 4, { numLayers: 1.5 }), 'ERR_OPTION', /GRU: numLayers.*whole number.*1\.5/],
  ['too much dropout', () => new RNN(3, 4, { dropout: 1.5 }), 'ERR_OPTION', /RNN: dropout.*≤ 1.*1\.5/],
  ['a direction that is a number', () => new RNN(3, 4, { bidirectional: js(1) }), 'ERR_OPTION', /RNN: bidirectional.*true or false/],
  ['a projection that is too large', () => new LSTM(3, 4, { projSize: 4 }), 'ERR_OPTION', /LSTM: projSize 4.*below hiddenSize 4/],
  ['a negative projection', () => new LSTM(3, 4, { projSize: -1 }), 'ERR_OPTION', /LSTM: projSize.*≥ 0.*-1/],
  ['a projection of a GRU', () => new GRU(3, 4, js({ projSize: 2 })), 'ERR_OPTION', /GRU:.*'projSize'.*resetAfter/],
  ['the reset form of an LSTM', () => new LSTM(3, 4, js({ resetAfter: true })), 'ERR_OPTION', /LSTM:.*'resetAfter'/],
  ['too many lengths', () => gru.forward(x, { lengths: [5, 4, 3] }), 'ERR_SHAPE', /GRU: lengths are \[3\].*each of the 2 sequences/],
  ['a length of 0', () => gru.forward(x, { lengths: [5, 0] }), 'ERR_SHAPE', /GRU: lengths\[1\] is 0.*1 to the input's 5 steps/],
  ['a length that is too long', () => gru.forward(x, { lengths: tensor([6, 1], { dtype: 'int32' }) }), 'ERR_SHAPE', /lengths\[0\] is 6.*5 steps/],
  ['half a length', () => gru.forward(x, { lengths: [2.5, 1] }), 'ERR_SHAPE', /lengths\[0\] is 2\.5.*whole number/],
  ['lengths as floats', () => gru.forward(x, { lengths: tensor([1, 2]) }), 'ERR_SHAPE', /float32 \[2\].*int32 \[2\]/],
  ['one length for all', () => gru.forward(x, { lengths: js(3) }), 'ERR_SHAPE', /GRU: lengths must be a list.*got 3/],
  ['a trace that is a word', () => gru.forward(x, { trace: js('all') }), 'ERR_OPTION', /GRU: trace must be true or false/],
  ['the state of one layer for four', () => deep.forward(x, { state: { h: ones([1, 2, 4]), c: ones([1, 2, 4]) } }), 'ERR_SHAPE', /the state h.*\[1, 2, 4\].*\[4, 2, 4\].*4 layers and directions/],
  ['features of a cell', () => new GRUCell(3, 4).forward(ones([2, 4])), 'ERR_SHAPE', /GRUCell: the input \[2, 4\].*3 features/],
  ['a sequence for a cell', () => new RNNCell(3, 4).forward(x), 'ERR_SHAPE', /RNNCell: the input \[2, 5, 3\].*\[batch, features\]/],
  ['a state of another batch for a cell', () => new RNNCell(3, 4).forward(ones([2, 3]), ones([1, 4])), 'ERR_SHAPE', /RNNCell: the state.*\[1, 4\].*\[2, 4\]/],
  ['a state of a GRU for an LSTM cell', () => new LSTMCell(3, 4).forward(ones([2, 3]), js(ones([2, 4]))), 'ERR_OPTION', /LSTMCell: the state must be \{ h, c \}/],
  ['an option of a layer for a cell', () => new LSTMCell(3, 4, js({ numLayers: 2 })), 'ERR_OPTION', /LSTMCell:.*'numLayers'.*bias/],
  ['an unknown nonlinearity of a cell', () => new RNNCell(3, 4, { nonlinearity: js('gelu') }), 'ERR_OPTION', /RNNCell: nonlinearity.*'gelu'/],
  ['a delay that is none', () => chrono({ maxDelay: 1 }), 'ERR_OPTION', /chrono: maxDelay.*≥ 2.*got 1/],
  ['chrono without a delay', () => chrono(js({})), 'ERR_OPTION', /chrono: maxDelay.*undefined/],
  ['a bias that is none', () => forgetBias(Number.NaN), 'ERR_OPTION', /forgetBias: value.*NaN/],
  ['gates of an RNN', () => new RNN(3, 4, { init: chrono({ maxDelay: 9 }) }), 'ERR_OPTION', /RNN: chrono.*GRU or LSTM/],
  ['gates without biases', () => new GRU(3, 4, { bias: false, init: forgetBias() }), 'ERR_OPTION', /GRU: init.*bias: false/],
  ['a parameter that there is not', () => new GRU(3, 4, { init: { weightHr: init.zeros() } }), 'ERR_OPTION', /GRU: init names 'weightHr'.*weightIh, weightHh/],
  ['init by a word', () => new GRU(3, 4, { init: js('chrono') }), 'ERR_OPTION', /GRU: init.*chrono\(\{ maxDelay \}\).*the string 'chrono'/],
  ['a cell that is none', () => recur(js(3), x), 'ERR_OPTION', /recur: the cell must be a function.*got 3/],
  ['a cell that gives nothing', () => recur(js(() => undefined), x), 'ERR_OPTION', /recur: the cell must return \{ output, state \}.*undefined/],
  ['a cell that loses the batch', () => recur((t: Tensor) => ({ output: t.sum(), state: t }), x), 'ERR_SHAPE', /recur: an output.*\[\].*keep the batch/],
  ['a cell that changes its output', () => { let n = 0; return recur((t: Tensor) => ({ output: n++ ? [t] : [t, t], state: t }), x) }, 'ERR_OPTION', /recur: every step.*a list of 2.*a list of 1/],
  ['no steps', () => recur(new RNNCell(3, 4), ones([2, 0, 3])), 'ERR_SHAPE', /recur: the input \[2, 0, 3\].*at least one step/],
  ['a state in place of options', () => recur(new RNNCell(3, 4), x, js(ones([2, 4]))), 'ERR_OPTION', /recur: options.*\{ state/],
  ['no recurrent layer', () => gradientThroughTime(js(new Module()), x), 'ERR_OPTION', /gradientThroughTime: the model must be an RNN, GRU or LSTM/],
  ['several recurrent layers', () => gradientThroughTime(new Two(), x, { loss }), 'ERR_OPTION', /several recurrent layers \(a, b\).*module: model\.b/],
  ['a layer of another model', () => gradientThroughTime(new Two(), x, { loss, module: gru }), 'ERR_OPTION', /module must be a recurrent layer of the model/],
  ['a layer that there is not', () => gradientThroughTime(deep, x, { layer: 2 }), 'ERR_OPTION', /layer.*≤ 1.*got 2/],
  ['a direction that there is not', () => gradientThroughTime(gru, x, { direction: 'backward' }), 'ERR_OPTION', /direction must be 'forward': the layer is not bidirectional/],
  ['a layer that is not called', () => gradientThroughTime(gru, x, { loss: () => ones([1], { requiresGrad: true }) }), 'ERR_OPTION', /was not called; call model\.forward/],
  ['a loss of many numbers', () => gradientThroughTime(gru, x, { loss: (m, t) => m.forward(t).output }), 'ERR_SHAPE', /a single number.*\[2, 5, 4\].*sum\(\)/],
  ['a state beside a loss', () => gradientThroughTime(gru, x, js({ loss, state: ones([1, 2, 4]) })), 'ERR_OPTION', /state and lengths.*inside of the loss/],
  ['a model without a loss', () => gradientThroughTime(js(Object.assign(new Module(), { gru })), x), 'ERR_OPTION', /pass \{ loss/],
]

test.each(rows.map((row) => ({ what: row[0], row })))('$what', ({ row: [, call, code, ...says] }) => {
  let error: unknown
  try {
    call()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(TensorError)
  expect((error as TensorError).code).toBe(code)
  for (const words of says) expect((error as TensorError).message).toMatch(words)
})

test('a detour that fails leaves the layer as it was', () => {
  expect(() =>
    gradientThroughTime(gru, x, {
      loss: () => {
        throw new RangeError('mine')
      },
    }),
  ).toThrow('mine')
  expect(gru.forward(x).output.shape).toEqual([2, 5, 4])
  expect(gru.detour).toBeUndefined()
})
