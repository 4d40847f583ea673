import {
  abs,
  add,
  amax,
  div,
  enableGrad,
  grad,
  gt,
  isfinite,
  logicalAnd,
  mul,
  noGrad,
  OptionError,
  onesLike,
  ShapeError,
  sqrt,
  square,
  stack,
  sum,
  type Tensor,
  where,
  zeros,
} from '@core/tensor'
import { checkFunction, checkInteger, checkOptions, describe, isTensor, show } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { type Direction, Recurrent } from './recurrent.js'
import type { RecurrentState } from './state.js'
import { stepwise } from './stepwise.js'

/** Which hidden states {@link gradientThroughTime} looks at. */
export interface WatchOptions {
  /** Which layer of it, from 0. Default: the last. */
  layer?: number
  /** Which direction of it. Default `'forward'`. */
  direction?: Direction
}

/** Options of {@link gradientThroughTime} for a recurrent layer alone. */
export interface LayerGradientOptions extends WatchOptions {
  /** The state to begin with, as for `forward`. Default: zeros. */
  state?: RecurrentState | undefined
  /** How many steps of each sequence count, as for `forward`. */
  lengths?: readonly number[] | Tensor | undefined
}

/** Options of {@link gradientThroughTime} with a loss of one's own. */
export interface ModelGradientOptions<M extends Module> extends WatchOptions {
  /** A single number that depends on what the recurrent layer gives for x. */
  loss: (model: M, x: Tensor) => Tensor
  /** The recurrent layer to look into, where the model has several. */
  module?: Recurrent
}

/**
 * How much of the gradient arrives at every step on its way back through time: $\lVert \partial L / \partial h_t \rVert$, the
 * norm over batch and hidden units, all paths from $h_t$ to the loss counted. A gradient that vanishes or explodes is seen at a glance.
 *
 * By default L is the sum of the last hidden states of the topmost layer. The layer that is looked into goes step by step in this
 * call; no `grad` is written.
 *
 * @param model - a recurrent layer, or a model with one in it (then `loss` is needed)
 * @param x - what it is called with
 * @param options - `loss`: a single number from model and x; `state`, `lengths`: for `forward`, where there is no loss of one's own; `module`: the layer, where
 *   the model has several; `layer` (the last), `direction` ('forward')
 * @returns the norms [time], at $h_1$ to $h_T$; where the layer is called several times, all steps of all calls in order
 * @throws OptionError where the model has no recurrent layer, several, or the layer is not called; ShapeError where the loss is not a single number
 * @example
 * ```ts
 * import { zeros } from '@core/tensor'
 * import { gradientThroughTime, RNN } from '@nn/recurrent'
 * const rnn = new RNN(1, 1, { nonlinearity: 'relu' })
 * const one = (v: number) => zeros([1, 1]).add(v)
 * rnn.loadStateDict({ weight_hh_l0: one(0.5), weight_ih_l0: one(1), bias_ih_l0: zeros([1]).add(1), bias_hh_l0: zeros([1]) })
 * gradientThroughTime(rnn, zeros([1, 4, 1])).toArraySync() // => [0.125, 0.25, 0.5, 1]
 * ```
 */
export function gradientThroughTime<M extends Module>(
  model: M,
  x: Tensor,
  options: ModelGradientOptions<M>,
): Tensor
export function gradientThroughTime(model: Recurrent, x: Tensor, options?: LayerGradientOptions): Tensor
export function gradientThroughTime<M extends Module>(
  model: M,
  x: Tensor,
  options: LayerGradientOptions & Partial<ModelGradientOptions<M>> = {},
): Tensor {
  checkOptions(OP, options, ['loss', 'state', 'lengths', 'module', 'layer', 'direction'])
  const watched = recurrentIn(model, options.module)
  const loss = options.loss === undefined ? lastStates(model, options) : ownLoss(options)
  const { layer = watched.numLayers - 1, direction = 'forward' } = options
  checkInteger(OP, 'layer', layer, 0, watched.numLayers - 1)
  if (direction !== 'forward' && !(direction === 'backward' && watched.bidirectional))
    throw new OptionError(
      `${OP}: direction must be ${watched.bidirectional ? "'forward' or 'backward'" : "'forward': the layer is not bidirectional"}, got ${describe(direction)}`,
    )

  const calls: Tensor[][] = []
  const run = stepwise((t, h) => {
    const seen = h.requiresGrad ? h : onTape(h)
    calls.at(-1)![t] = seen
    return seen
  })
  const before = watched.detour
  watched.detour = {
    layer,
    direction,
    run: (...args) => {
      calls.push([])
      return run(...args)
    },
  }
  try {
    return enableGrad(() => norms(loss(model, x), calls.flat()))
  } finally {
    watched.detour = before
  }
}

const OP = 'gradientThroughTime'

/** The recurrent layer that is meant. */
function recurrentIn(model: Module, module: Recurrent | undefined): Recurrent {
  const all = typeof model?.namedModules === 'function' ? [...model.namedModules()] : []
  const found = all.filter((entry): entry is [string, Recurrent] => entry[1] instanceof Recurrent)
  if (module !== undefined) {
    const known = found.find(([, one]) => one === module)
    if (known) return known[1]
    throw new OptionError(`${OP}: module must be a recurrent layer of the model, got ${describe(module)}`)
  }
  if (found.length === 1) return found[0]![1]
  throw new OptionError(
    found.length === 0
      ? `${OP}: the model must be an RNN, GRU or LSTM, or a module with one in it, got ${describe(model)}`
      : `${OP}: the model has several recurrent layers (${found.map(([name]) => name || 'itself').join(', ')}); name one, as { module: model.${found.at(-1)![0]} }`,
  )
}

type Loss<M> = (model: M, x: Tensor) => Tensor

function ownLoss<M extends Module>(
  options: LayerGradientOptions & Partial<ModelGradientOptions<M>>,
): Loss<M> {
  checkFunction(OP, 'loss', options.loss)
  if (options.state !== undefined || options.lengths !== undefined)
    throw new OptionError(`${OP}: pass state and lengths to forward inside of the loss that you give`)
  return options.loss!
}

/** The sum of the topmost layer's last hidden states. */
function lastStates<M extends Module>(model: M, { state, lengths }: LayerGradientOptions): Loss<M> {
  if (!(model instanceof Recurrent))
    throw new OptionError(
      `${OP}: pass { loss: (model, x) => … }: what a whole model is to minimise is not known`,
    )
  return (_, x) => {
    const last = model.forward(x, { state, lengths }).state
    const h = isTensor(last) ? last : last.h
    return sum(h.slice(-(model.bidirectional ? 2 : 1)))
  }
}

/** A state on the tape, where nothing else in it wants a gradient. */
function onTape(h: Tensor): Tensor {
  return add(h, zeros([1], { dtype: h.dtype, backend: h.backend, requiresGrad: true }))
}

function norms(loss: unknown, states: readonly Tensor[]): Tensor {
  if (!isTensor(loss) || loss.size !== 1)
    throw new ShapeError(
      `${OP}: the loss must be a single number, got ${isTensor(loss) ? `shape ${show(loss.shape)}; reduce it with sum() or mean()` : describe(loss)}`,
    )
  if (states.length === 0)
    throw new OptionError(
      `${OP}: the recurrent layer was not called; call model.forward(x) inside of the loss`,
    )
  const found = grad(loss, states, { allowUnused: true })
  return noGrad(() => stack(found.map(normOf)))
}

/** The norm of all values, whatever their size: squares of small ones would be 0 in float32, those of large ones infinite. */
function normOf(g: Tensor): Tensor {
  const largest = amax(abs(g))
  const scale = where(logicalAnd(gt(largest, 0), isfinite(largest)), largest, onesLike(largest))
  return mul(sqrt(sum(square(div(g, scale)))), scale)
}
