import {
  cat,
  chunk,
  full,
  type Generator,
  log,
  neg,
  noGrad,
  OptionError,
  Parameter,
  type Tensor,
  uniform,
  zeros,
} from '@core/tensor'
import { assign, checkNumber, checkOptions, describe } from '@core/tensor/extend'
import type { Initialiser } from '@nn/module'
import type { Kind } from './kinds.js'
import type { DirectionWeights } from './weights.js'

/** Sets the biases of some gates as a layer begins: {@link chrono}, {@link forgetBias}. */
export interface GateInitialiser {
  /**
   * The bias of each gate that is set.
   *
   * @param kind - the layer's name and its gates
   * @param draw - numbers [hidden], uniform between two bounds
   * @returns biases [hidden] by gate; the other gates keep theirs
   */
  biases(kind: Kind, draw: (low: number, high: number) => Tensor): Readonly<Record<string, Tensor>>
}

/**
 * How a recurrent layer begins: biases of gates by {@link chrono} or {@link forgetBias}; an initialiser of `init` from
 * `@nn/module` for all weight matrices; one for each parameter, like `{ weightHh: init.orthogonal() }`; or several of these in a list, applied in order.
 * Initialisers of parameters see each gate's block on its own.
 */
export type RecurrentInit =
  | Initialiser
  | GateInitialiser
  | Readonly<Partial<Record<keyof DirectionWeights, Initialiser>>>
  | readonly RecurrentInit[]

/** Options of {@link chrono}. */
export interface ChronoOptions {
  /** The longest delay to be learnt, in time steps; at least 2. */
  maxDelay: number
}

/**
 * Chrono initialisation (Tallec and Ollivier, "Can recurrent neural networks warp time?", 2018): the gates begin such that
 * each unit remembers for a time of its own, up to `maxDelay` steps:
 *
 * $$
 * b_f \sim \log \mathcal{U}(1, T_{max} - 1), \qquad b_i = -b_f
 * $$
 *
 * for the forget and the input gate of an LSTM, and $b_z \sim \log \mathcal{U}(1, T_{max} - 1)$ for the update gate of a
 * GRU (which here keeps the past at 1). A gate with bias b keeps $\sigma(b)$ of the state each step, so that it falls to 1/e
 * within about $1 + e^b$ steps. The sum stands in `biasIh`; `biasHh` of these gates is 0.
 *
 * @param options - `maxDelay`, in time steps; it must be given
 * @returns what the `init` option of {@link GRU}, {@link LSTM} and their cells takes
 * @throws OptionError where the delay is below 2; when it is used, where the layer has no such gate or no biases
 * @example
 * ```ts
 * import { chrono, LSTM } from '@nn/recurrent'
 * const lstm = new LSTM(8, 4, { init: chrono({ maxDelay: 100 }) })
 * const bias = lstm.layers[0]!.forward.biasIh!
 * const forget = bias.slice(4, 8)
 * forget.min().itemSync() >= 0 && forget.max().itemSync() <= Math.log(99) // => true
 * bias.slice(0, 4).add(forget).toArraySync() // => [0, 0, 0, 0]
 * ```
 */
export function chrono(options: ChronoOptions): GateInitialiser {
  const { maxDelay } = checkOptions('chrono', options, ['maxDelay'])
  checkNumber('chrono', 'maxDelay', maxDelay, 2, Infinity, 'max')
  return {
    biases(kind, draw) {
      const keep = keeperOf('chrono', kind)
      const bias = log(draw(1, maxDelay - 1))
      return kind.write === undefined ? { [keep]: bias } : { [keep]: bias, [kind.write]: neg(bias) }
    },
  }
}

/**
 * A bias of the gate that keeps the past: the forget gate of an LSTM (Gers et al., "Learning to forget", 2000; 1 is advised by
 * Jozefowicz et al., "An empirical exploration of recurrent network architectures", 2015), the update gate of a GRU.
 * The state then fades slowly from the first step of training on, and so does its gradient. The sum stands in `biasIh`;
 * `biasHh` of this gate is 0.
 *
 * @param value - the bias; default 1, at which the gate begins near $\sigma(1) = 0.73$
 * @returns what the `init` option of {@link GRU}, {@link LSTM} and their cells takes
 * @throws OptionError where the value is no finite number; when it is used, where the layer has no such gate or no biases
 * @example
 * ```ts
 * import { forgetBias, GRU } from '@nn/recurrent'
 * const gru = new GRU(8, 2, { init: forgetBias(2) })
 * gru.layers[0]!.forward.biasIh!.slice(2, 4).toArraySync() // => [2, 2]
 * gru.layers[0]!.forward.biasHh!.slice(2, 4).toArraySync() // => [0, 0]
 * ```
 */
export function forgetBias(value = 1): GateInitialiser {
  checkNumber('forgetBias', 'value', value, -Infinity, Infinity, 'both')
  return { biases: (kind, draw) => ({ [keeperOf('forgetBias', kind)]: draw(value, value) }) }
}

function keeperOf(name: string, kind: Kind): string {
  if (kind.keep === undefined)
    throw new OptionError(
      `${kind.name}: ${name} sets the gate that keeps the past, and there is none; use it with GRU or LSTM`,
    )
  return kind.keep
}

/** Overwrites the first values of one direction by the `init` option. */
export function initialise(
  kind: Kind,
  weights: DirectionWeights,
  option: RecurrentInit | undefined,
  generator: Generator,
): void {
  if (option === undefined) return
  if (typeof option === 'function') {
    for (const parameter of Object.values<Parameter>({ ...weights }))
      if (parameter.rank > 1) byGate(kind, weights, parameter, option, generator)
  } else if (Array.isArray(option)) {
    for (const one of option) initialise(kind, weights, one as RecurrentInit, generator)
  } else if (isGateInitialiser(option)) setBiases(kind, weights, option, generator)
  else byName(kind, weights, option as Readonly<Record<string, Initialiser>>, generator)
}

function isGateInitialiser(option: unknown): option is GateInitialiser {
  return typeof option === 'object' && option !== null && 'biases' in option
}

function byName(
  kind: Kind,
  weights: DirectionWeights,
  option: Readonly<Record<string, Initialiser>>,
  generator: Generator,
): void {
  if (typeof option !== 'object' || option === null)
    throw new OptionError(
      `${kind.name}: init must be an initialiser like init.orthogonal(), chrono({ maxDelay }) or { weightHh: … }, ` +
        `or a list of them, got ${describe(option)}`,
    )
  for (const [which, initialiser] of Object.entries(option)) {
    const parameter = Object.hasOwn(weights, which) ? weights[which as keyof DirectionWeights] : undefined
    if (!parameter)
      throw new OptionError(
        `${kind.name}: init names '${which}'; the parameters are ${Object.keys(weights).join(', ')}`,
      )
    if (typeof initialiser !== 'function')
      throw new OptionError(
        `${kind.name}: init.${which} must be an initialiser, got ${describe(initialiser)}`,
      )
    byGate(kind, weights, parameter, initialiser, generator)
  }
}

/** Runs an initialiser on each gate's rows, so that it sees their own fan-in and fan-out; the projection is one block. */
function byGate(
  kind: Kind,
  weights: DirectionWeights,
  parameter: Parameter,
  initialiser: Initialiser,
  generator: Generator,
): void {
  if (parameter === weights.weightHr) {
    initialiser(parameter, generator)
    return
  }
  const blocks = noGrad(() => chunk(parameter, kind.gates.length).map((block) => new Parameter(block)))
  for (const block of blocks) initialiser(block, generator)
  noGrad(() => assign(parameter, cat(blocks)))
}

function setBiases(
  kind: Kind,
  { biasIh, biasHh }: DirectionWeights,
  option: GateInitialiser,
  generator: Generator,
): void {
  if (!biasIh || !biasHh)
    throw new OptionError(
      `${kind.name}: init sets biases of gates, but the layer has none; leave out { bias: false }`,
    )
  const { gates } = kind
  const { dtype, backend } = biasIh
  const shape = [biasIh.size / gates.length]
  const draw = (low: number, high: number) =>
    low === high
      ? full(shape, low, { dtype, backend })
      : uniform(shape, low, high, { dtype, backend, generator })
  noGrad(() => {
    const set = option.biases(kind, draw)
    const mixed = (bias: Parameter, value: (gate: string) => Tensor) =>
      cat(chunk(bias, gates.length).map((own, i) => (Object.hasOwn(set, gates[i]!) ? value(gates[i]!) : own)))
    assign(
      biasIh,
      mixed(biasIh, (gate) => set[gate]!),
    )
    assign(
      biasHh,
      mixed(biasHh, () => zeros(shape, { dtype, backend })),
    )
  })
}
