import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'

/** How a value gets from one bound to the other: along half a wave of the cosine, or a straight line. */
export type AnnealStrategy = 'cos' | 'linear'

/** The value a share of the way from one bound to the other, as PyTorch computes it. */
export function annealing(
  op: string,
  strategy: AnnealStrategy,
): (from: number, to: number, share: number) => number {
  if (strategy === 'cos') return (from, to, share) => to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1)
  if (strategy === 'linear') return (from, to, share) => (to - from) * share + from
  throw new OptionError(`${op}: annealStrategy must be 'cos' or 'linear', got ${describe(strategy)}`)
}
