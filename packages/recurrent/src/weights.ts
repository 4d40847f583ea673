import { type Generator, Parameter, uniform } from '@core/tensor'
import { checkInteger, generatorOf, type RecurrentInputs } from '@core/tensor/extend'
import { initialise, type RecurrentInit } from './init.js'
import type { Kind } from './kinds.js'

/** The parameters of one direction of one layer; G = 1, 3, 4 gates for RNN, GRU, LSTM. */
export interface DirectionWeights {
  /** Input weights [G · hidden, in]; `weight_ih_l0` in the state. */
  readonly weightIh: Parameter
  /** Recurrent weights [G · hidden, hidden], with a projection [G · hidden, proj]; `weight_hh_l0` in the state. */
  readonly weightHh: Parameter
  /** Input bias [G · hidden]; `bias_ih_l0` in the state. */
  readonly biasIh?: Parameter
  /** Hidden bias [G · hidden]; `bias_hh_l0` in the state. */
  readonly biasHh?: Parameter
  /** Weights of the projection [proj, hidden]; `weight_hr_l0` in the state. */
  readonly weightHr?: Parameter
}

/** How the parameters of one direction are made. */
export interface Plan {
  readonly inputSize: number
  readonly hiddenSize: number
  readonly projSize: number
  readonly bias: boolean
  /** Ends the names: `_l0`, `_l0_reverse`; a cell has none. */
  readonly suffix: string
  readonly init: RecurrentInit | undefined
  readonly generator: Generator | undefined
}

/** Checks the two sizes that everything recurrent has. */
export function checkSizes(name: string, inputSize: number, hiddenSize: number): void {
  checkInteger(name, 'inputSize', inputSize, 1)
  checkInteger(name, 'hiddenSize', hiddenSize, 1)
}

/** New parameters of one direction: everything uniform in ±1/√hidden, as in PyTorch, and then as `init` says. */
export function newWeights(kind: Kind, plan: Plan): DirectionWeights {
  const { inputSize, hiddenSize, projSize, suffix } = plan
  const generator = generatorOf(kind.name, plan.generator)
  const bound = 1 / Math.sqrt(hiddenSize)
  const rows = kind.gates.length * hiddenSize
  const draw = (shape: number[], name: string) =>
    new Parameter(uniform(shape, -bound, bound, { generator }), { name: `${name}${suffix}` })
  const weights: DirectionWeights = {
    weightIh: draw([rows, inputSize], 'weight_ih'),
    weightHh: draw([rows, projSize || hiddenSize], 'weight_hh'),
    ...(plan.bias ? { biasIh: draw([rows], 'bias_ih'), biasHh: draw([rows], 'bias_hh') } : {}),
    ...(projSize > 0 ? { weightHr: draw([projSize, hiddenSize], 'weight_hr') } : {}),
  }
  initialise(kind, weights, plan.init, generator)
  return weights
}

/** The same parameters under the names that the fused layer gives them. */
export function inputsOf(
  w: DirectionWeights,
): Pick<RecurrentInputs, 'wInput' | 'wHidden' | 'bInput' | 'bHidden' | 'wProjection'> {
  return {
    wInput: w.weightIh,
    wHidden: w.weightHh,
    bInput: w.biasIh,
    bHidden: w.biasHh,
    wProjection: w.weightHr,
  }
}
