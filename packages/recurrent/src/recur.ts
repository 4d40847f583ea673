import { OptionError, ShapeError, stack, type Tensor, unbind } from '@core/tensor'
import { checkOptions, checkTensor, describe, isTensor, show } from '@core/tensor/extend'
import { type TensorTree, zipTrees } from './tree.js'

/** What one step of a cell gives. */
export interface Step<State, Output = Tensor> {
  /** What goes out in this step: a tensor, or lists and plain objects of tensors (a state and its gates, say). */
  readonly output: Output
  /** What the next step begins with. */
  readonly state: State
}

/**
 * A cell by one's own hand: from one step of the input [batch, features] and the state to the step's output and the next
 * state; a function, or a module whose `forward` is one.
 */
export type StepCell<State, Output = Tensor> =
  | ((x: Tensor, state: State) => Step<State, Output>)
  | StepModule<State, Output>

/** A cell as an object, a module for example. */
export interface StepModule<State, Output = Tensor> {
  /** From one step of the input and the state to the step's output and the next state. */
  forward(x: Tensor, state: State): Step<State, Output>
}

/** A state of several tensors, one of which is the output. */
export interface WithHidden {
  /** The hidden state, which is the output. */
  readonly h: Tensor
}

/** A cell whose new state is its output, as that of {@link RNNCell} and {@link GRUCell}. */
export interface PlainCell {
  /** From one step of the input and the state to the new state. */
  forward(x: Tensor, state?: Tensor): Tensor
}

/** A cell with a memory beside its output, as {@link LSTMCell}. */
export interface MemoryCell<State extends WithHidden> {
  /** From one step of the input and the state to the new state, whose `h` is the output. */
  forward(x: Tensor, state?: State): State
}

/** Options of {@link recur}. */
export interface RecurOptions<State> {
  /** The state to begin with. Default: none; the cell gets `undefined`. */
  state?: State
  /** Whether the batch stands before time: [batch, time, …] (default), else [time, batch, …]. */
  batchFirst?: boolean
  /** Whether to walk from the last step to the first. Outputs stand where their inputs do. Default false. */
  reverse?: boolean
}

/**
 * Runs any cell through time: $(y_t, s_t) = \mathrm{cell}(x_t, s_{t-1})$, with gradients through all steps. The sequence is taken apart
 * once and the outputs are put together once, so the cost is that of the cell times the number of steps, forward and backward.
 *
 * Input [batch, time, …] (at least three dimensions), or [time, features] without a batch; the cell sees [batch, …] or
 * [features]. The layers with fused kernels ({@link RNN}, {@link GRU}, {@link LSTM}) are faster; this is for cells that they are not.
 *
 * @param cell - a function `(x, state) => ({ output, state })` or a module with such a `forward`; {@link RNNCell}, {@link GRUCell},
 *   {@link LSTMCell} and what is called like them go as they are
 * @param x - the sequence, at least one step
 * @param options - `state`, `batchFirst` (true), `reverse` (false)
 * @returns the outputs of all steps, stacked where time stands in the input, and the last state
 * @throws ShapeError where the input has no step; OptionError where the cell gives something else
 * @example
 * ```ts
 * import { ones, zeros, type Tensor } from '@core/tensor'
 * import { LSTMCell, recur } from '@nn/recurrent'
 * // a sum that fades
 * const fade = (x: Tensor, sum: Tensor) => {
 *   const next = sum.mul(0.5).add(x)
 *   return { output: next, state: next }
 * }
 * const { output, state } = recur(fade, ones([1, 3, 1]), { state: zeros([1, 1]) })
 * output.toArraySync() // => [[[1], [1.5], [1.75]]]
 * state.toArraySync() // => [[1.75]]
 * recur(new LSTMCell(1, 4), ones([1, 3, 1])).output.shape // => [1, 3, 4]
 * ```
 */
export function recur(cell: PlainCell, x: Tensor, options?: RecurOptions<Tensor>): Step<Tensor>
export function recur<State extends WithHidden>(
  cell: MemoryCell<State>,
  x: Tensor,
  options?: RecurOptions<State>,
): Step<State>
export function recur<State, Output extends TensorTree = Tensor>(
  cell: StepCell<State, Output>,
  x: Tensor,
  options: RecurOptions<State> & { state: State },
): Step<State, Output>
export function recur<State, Output extends TensorTree = Tensor>(
  cell: StepCell<State | undefined, Output>,
  x: Tensor,
  options?: RecurOptions<State>,
): Step<State, Output>
export function recur(cell: unknown, x: Tensor, options: RecurOptions<unknown> = {}): Step<unknown, unknown> {
  const { batchFirst = true, reverse = false } = checkOptions(
    'recur',
    options,
    ['state'],
    ['batchFirst', 'reverse'],
  )
  const call = callerOf(cell)
  checkTensor('recur', x)
  const axis = x.rank >= 3 && batchFirst ? 1 : 0
  if (x.rank < 2 || x.shape[axis] === 0)
    throw new ShapeError(
      `recur: the input ${show(x.shape)} must be ${batchFirst ? '[batch, time, …]' : '[time, batch, …]'}, or [time, features] ` +
        'without a batch, with at least one step',
    )
  const steps = unbind(x, axis)
  const outputs = new Array<unknown>(steps.length)
  let state = options.state
  for (let i = 0; i < steps.length; i++) {
    const t = reverse ? steps.length - 1 - i : i
    const step = call(steps[t]!, state)
    outputs[t] = step.output
    state = step.state
  }
  return { output: zipTrees('recur', outputs, (all) => together(all, axis)), state }
}

/** All steps' outputs in one tensor, time where it stands in the input. */
function together(outputs: readonly Tensor[], axis: number): Tensor {
  const { shape } = outputs[0]!
  if (shape.length < axis)
    throw new ShapeError(
      `recur: an output of the cell has shape ${show(shape)}; it must keep the batch in front`,
    )
  return stack(outputs, axis)
}

type Call = (x: Tensor, state: unknown) => Step<unknown, unknown>

function callerOf(cell: unknown): Call {
  type Run = (x: Tensor, state: unknown) => unknown
  const module = cell as { forward?: Run } | null | undefined
  const run: Run =
    typeof cell === 'function'
      ? (cell as Run)
      : typeof module?.forward === 'function'
        ? (x, state) => module.forward!(x, state)
        : refuse(cell)
  return (x, state) => stepOf(run(x, state))
}

function refuse(cell: unknown): never {
  throw new OptionError(
    `recur: the cell must be a function (x, state) => ({ output, state }), or have such a forward, got ${describe(cell)}`,
  )
}

/** A cell's result, in whichever of the three forms, as output and next state. */
function stepOf(result: unknown): Step<unknown, unknown> {
  if (isTensor(result)) return { output: result, state: result }
  if (typeof result === 'object' && result !== null) {
    if ('output' in result && 'state' in result) return { output: result.output, state: result.state }
    if ('h' in result && isTensor(result.h)) return { output: result.h, state: result }
  }
  throw new OptionError(
    `recur: the cell must return { output, state }, a tensor that is both, or a state { h, … } whose h is the output, got ${describe(result)}`,
  )
}
