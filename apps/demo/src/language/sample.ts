import { type Generator, noGrad, tensor } from '@core/tensor'
import type { CharTokenizer } from '@nn/data'
import type { CharModel, State } from './model.js'

export interface SampleOptions {
  /** Characters to draw. */
  readonly length: number
  /** Divides the logits: towards 0 the likeliest character always wins. */
  readonly temperature: number
  readonly generator: Generator
}

/** Text that the model continues `prompt` with, drawn character by character. */
export function sample(
  model: CharModel,
  tokenizer: CharTokenizer,
  prompt: string,
  options: SampleOptions,
): string {
  const drawn: number[] = []
  noGrad(() => {
    let input = tokenizer.encode(prompt)
    let state: State | undefined
    while (drawn.length < options.length) {
      const out = model.forward(tensor(input, { shape: [1, input.length] }), { state })
      state = out.state
      const logits = out.logits.dataSync().slice(-tokenizer.size)
      drawn.push(draw(logits, options.temperature, options.generator.uniform()))
      input = Int32Array.of(drawn[drawn.length - 1])
    }
  })
  return tokenizer.decode(drawn)
}

/** The index where the running sum of softmax(logits / temperature) passes `uniform` (from 0 to 1). */
export function draw(logits: ArrayLike<number>, temperature: number, uniform: number): number {
  let highest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i])
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature))
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0)
  let chosen = weights.indexOf(1)
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue
    chosen = i
    left -= weights[i]
    if (left < 0) break
  }
  return chosen
}
