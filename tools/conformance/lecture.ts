import { grad, sum, type Tensor, transpose, zeros } from '@core/tensor'
import { RNN } from '@nn/recurrent'
import type { LectureCase, ThroughTimeCase } from './cases.ts'
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
    if (c.name !== 'gradientThroughTime') throw new Unsupported(c.name)
    return throughTime(c, context, comparison)
  }
  if (c.name === 'RNN') return replayRNN(c, context, comparison)
  throw new Unsupported(`lecture ${c.name}`)
}

async function replayRNN(c: LectureCase, context: Context, comparison: Comparison): Promise<void> {
  const { W_xh, W_hh, b_h, ...others } = c.params
  if (!W_xh || !W_hh || !b_h || Object.keys(others).length > 0)
    throw new Unsupported(`lecture ${c.name}(${Object.keys(others)})`)
  const rnn = new RNN(W_xh.shape[0]!, W_xh.shape[1]!)
  rnn.loadStateDict({
    weight_ih_l0: transpose(context.tensor(W_xh)),
    weight_hh_l0: transpose(context.tensor(W_hh)),
    bias_ih_l0: context.tensor(b_h),
    bias_hh_l0: zeros(b_h.shape),
  })
  const x = context.tensor(c.x, true)
  const h0 = context.tensor(c.h0, true)
  const { output } = rnn.forward(x, { state: h0 })
  const sources: Record<string, Tensor> = { W_xh: rnn.weightIh, W_hh: rnn.weightHh, b_h: rnn.biasIh!, x, h0 }
  const found = grad(output, Object.values(sources), { gradOutputs: [context.tensor(c.cotangent)] })
  const grads = Object.fromEntries(
    Object.keys(sources).map((name, i) => [name, name.startsWith('W_') ? transpose(found[i]!) : found[i]!]),
  )
  await compareLecture(c, { output, cLast: null, trace: {}, grads }, context, comparison)
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

/** The recurrent layer without input, one step at a time: h_{t+1} = tanh(h_t W). */
async function throughTime(c: ThroughTimeCase, context: Context, comparison: Comparison): Promise<void> {
  const size = c.h0.shape[1]!
  const rnn = new RNN(1, size, { bias: false })
  rnn.loadStateDict({ weight_ih_l0: zeros([size, 1]), weight_hh_l0: transpose(context.tensor(c.W_hh)) })
  const states = [context.tensor(c.h0, true)]
  const nothing = zeros([c.h0.shape[0]!, 1, 1], { dtype: context.dtype })
  for (let t = 0; t < c.steps; t++)
    states.push(rnn.forward(nothing, { state: states[t]! }).state.reshape(c.h0.shape))
  const found = grad(sum(states.at(-1)!), states.slice(0, c.gradNormByStep.length))
  const norms = await Promise.all(found.map(async (g) => Math.hypot(...(await g.data()))))
  comparison.numbers('gradNormByStep', norms, c.gradNormByStep, context.tolerances.gradients)
}
