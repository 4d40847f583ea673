import { cat, chunk, grad, type Tensor, transpose, vectorNorm, zeros } from '@core/tensor'
import { GRU, gradientThroughTime, LSTM, RNN } from '@nn/recurrent'
import type { LectureCase, RawState, ThroughTimeCase } from './cases.ts'
import type { Comparison } from './compare.ts'
import type { Context } from './context.ts'
import { Unsupported } from './unsupported.ts'

/** Replays a formula of the lecture with the recurrent layers, whose weights are the transposed ones. */
export async function replayLecture(
  c: LectureCase | ThroughTimeCase,
  context: Context,
  comparison: Comparison,
): Promise<void> {
  if ('gradNormByStep' in c) {
    if (c.name !== 'gradientThroughTime') throw new Unsupported(`lecture ${c.name}`)
    return throughTime(c, context, comparison)
  }
  const layer = Object.hasOwn(LAYERS, c.name) ? LAYERS[c.name] : undefined
  if (!layer) throw new Unsupported(`lecture ${c.name}`)
  await compareLecture(c, replayLayer(c, layer, context), context, comparison)
}

/** The lecture's letters of the gates in the order of our weights, and the layer. */
interface Layer {
  readonly gates: readonly string[]
  readonly build: (inputSize: number, hiddenSize: number) => RNN | GRU | LSTM
}

const LAYERS: Readonly<Record<string, Layer>> = {
  RNN: { gates: ['h'], build: (inputs, hidden) => new RNN(inputs, hidden) },
  GRU: { gates: ['r', 'z', 'h'], build: (inputs, hidden) => new GRU(inputs, hidden) },
  'GRU.resetBefore': {
    gates: ['r', 'z', 'h'],
    build: (inputs, hidden) => new GRU(inputs, hidden, { resetAfter: false }),
  },
  LSTM: { gates: ['i', 'f', 'c', 'o'], build: (inputs, hidden) => new LSTM(inputs, hidden) },
}

function replayLayer(c: LectureCase, { gates, build }: Layer, context: Context): LectureResult {
  const names = gates.flatMap((gate) => [`W_x${gate}`, `W_h${gate}`, `b_${gate}`])
  const others = Object.keys(c.params).filter((name) => !names.includes(name))
  if (others.length > 0 || names.some((name) => !Object.hasOwn(c.params, name)))
    throw new Unsupported(`lecture ${c.name}(${Object.keys(c.params)})`)
  const [inputs, hidden] = c.params[names[0]!]!.shape as [number, number]
  const layer = build(inputs, hidden)
  const biases = joined(c.params, gates, 'b_', context)
  layer.loadStateDict({
    weight_ih_l0: joined(c.params, gates, 'W_x', context),
    weight_hh_l0: joined(c.params, gates, 'W_h', context),
    bias_ih_l0: biases,
    bias_hh_l0: zeros(biases.shape),
  })
  const given: Record<string, Tensor> = { x: context.tensor(c.x, true), h0: context.tensor(c.h0, true) }
  if (c.c0) given.c0 = context.tensor(c.c0, true)
  const { output, cLast, trace } = run(layer, given)

  const { weightIh, weightHh, biasIh } = layer.layers[0]!.forward
  const sources = [weightIh, weightHh, biasIh!, ...Object.values(given)]
  const [dInput, dHidden, dBias, ...rest] = grad(output, sources, {
    gradOutputs: [context.tensor(c.cotangent)],
  })
  const grads: Record<string, Tensor> = {}
  const put = (prefix: string, all: Tensor) => {
    for (const [i, part] of chunk(all, gates.length).entries())
      grads[prefix + gates[i]!] = part.rank > 1 ? transpose(part) : part
  }
  put('W_x', dInput!)
  put('W_h', dHidden!)
  put('b_', dBias!)
  for (const [i, name] of Object.keys(given).entries()) grads[name] = rest[i]!
  return { output, cLast, trace, grads }
}

/** The lecture's matrices of all gates as one of ours, or its biases. */
function joined(params: RawState, gates: readonly string[], prefix: string, context: Context): Tensor {
  const parts = gates.map((gate) => context.tensor(params[prefix + gate]!))
  return cat(parts.map((part) => (part.rank > 1 ? transpose(part) : part)))
}

function run(layer: RNN | GRU | LSTM, { x, h0, c0 }: Record<string, Tensor>): Omit<LectureResult, 'grads'> {
  if (layer instanceof LSTM) {
    const first = c0 ? { h: h0!.unsqueeze(0), c: c0.unsqueeze(0) } : undefined
    const { output, state, trace } = layer.forward(x!, { state: first, trace: true })
    return { output, cLast: state.c.squeeze(0), trace: gatesOf(trace.layers[0]!.forward) }
  }
  if (c0) throw new Unsupported('lecture c0')
  const { output, trace } = layer.forward(x!, { state: h0!.unsqueeze(0), trace: true })
  return { output, cLast: null, trace: gatesOf(trace!.layers[0]!.forward) }
}

/** The trace without the hidden state, which is the output. */
function gatesOf({ hidden: _, ...gates }: { hidden: Tensor } & object): Record<string, Tensor> {
  return { ...gates }
}

/** What a layer gives for a case of the lecture, in the lecture's layout. */
export interface LectureResult {
  readonly output: Tensor
  readonly cLast: Tensor | null
  readonly trace: Readonly<Record<string, Tensor>>
  readonly grads: Readonly<Record<string, Tensor>>
}

/** Compares every field of a recurrent layer of the lecture. */
export async function compareLecture(
  c: Pick<LectureCase, 'output' | 'cLast' | 'trace' | 'grads'>,
  got: LectureResult,
  context: Context,
  comparison: Comparison,
): Promise<void> {
  const { outputs, gradients } = context.tolerances
  await comparison.tensor('output', got.output, c.output, outputs)
  if (c.cLast) await comparison.tensor('cLast', got.cLast, c.cLast, outputs)
  for (const [field, allowed] of [
    ['trace', outputs],
    ['grads', gradients],
  ] as const) {
    comparison.names(field, Object.keys(got[field]), Object.keys(c[field]))
    for (const [name, wanted] of Object.entries(c[field]))
      await comparison.tensor(`${field}.${name}`, got[field][name], wanted, allowed)
  }
}

/** The recurrent layer without input, h_{t+1} = tanh(h_t W): the gradient of Σ h_T at h_0, and at every later step. */
async function throughTime(c: ThroughTimeCase, context: Context, comparison: Comparison): Promise<void> {
  const [batch, size] = c.h0.shape as [number, number]
  const rnn = new RNN(1, size, { bias: false })
  rnn.loadStateDict({ weight_ih_l0: zeros([size, 1]), weight_hh_l0: transpose(context.tensor(c.W_hh)) })
  const state = context.tensor(c.h0, true).unsqueeze(0)
  const nothing = zeros([batch, c.steps, 1], { dtype: context.dtype })
  const [first] = grad(rnn.forward(nothing, { state }).state.sum(), [state])
  const later = gradientThroughTime(rnn, nothing, { state })
  const norms = [await vectorNorm(first!).item(), ...(await later.data())].slice(0, c.gradNormByStep.length)
  comparison.numbers('gradNormByStep', norms, c.gradNormByStep, context.tolerances.gradients)
}
