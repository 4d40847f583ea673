import type { Backend } from '../backends/backend.js'
import { TYPED, type TypedArray } from '../dtype.js'
import { makeTensor } from '../make.js'
import type { Shape } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'

/**
 * A tensor of numbers that a compiled step computes anew each time it is replayed: hyperparameters, the place in a
 * random stream. Everything else that a step makes of host numbers is frozen when it is recorded.
 *
 * @param backend - where it lives
 * @param shape - its shape
 * @param read - gives the numbers, now and before each replay; always as many
 * @returns a tensor with the numbers of now
 * @example
 * ```ts
 * import { compile, Parameter, zeros } from '@core/tensor'
 * import { assign, live } from '@core/tensor/extend'
 * const total = new Parameter(zeros([]))
 * let amount = 1
 * const step = compile(() => {
 *   assign(total, total.detach().add(live(total.backend, [], () => Float32Array.of(amount))))
 * })
 * for (amount = 1; amount <= 4; amount++) step()
 * total.itemSync() // => 10
 * ```
 */
export function live(backend: Backend, shape: Shape, read: () => TypedArray): Tensor {
  const values = read()
  const dtype =
    values instanceof Int32Array ? 'int32' : values instanceof Float64Array ? 'float64' : 'float32'
  const storage = backend.adopt(values, dtype)
  state.recording?.live(storage, read)
  return makeTensor(storage, [...shape], dtype)
}

/**
 * A single number that a compiled step reads anew each time: see {@link live}.
 *
 * @param like - a float tensor of the dtype and on the backend where it is needed
 * @param read - gives the number
 * @returns a tensor [] with the number of now
 * @example
 * ```ts
 * import { ones } from '@core/tensor'
 * import { liveNumber } from '@core/tensor/extend'
 * const x = ones([2])
 * x.mul(liveNumber(x, () => 3)).toArraySync() // => [3, 3]
 * ```
 */
export function liveNumber(like: Tensor, read: () => number): Tensor {
  return live(like.backend, [], () => TYPED[like.dtype].of(read()))
}

/**
 * Does something now and, where a step is being recorded by `compile`, before each replay of it: counting steps, say.
 * Effects and live numbers happen in the order in which they were recorded.
 *
 * @param effect - what to do
 * @example
 * ```ts
 * import { compile, tensor } from '@core/tensor'
 * import { everyStep } from '@core/tensor/extend'
 * let steps = 0
 * const double = compile((x) => {
 *   everyStep(() => steps++)
 *   return x.mul(2)
 * })
 * for (let i = 0; i < 5; i++) double(tensor([i]))
 * steps // => 5
 * ```
 */
export function everyStep(effect: () => void): void {
  effect()
  state.recording?.effect(effect)
}

/**
 * Something on which a recorded step depends without being a number in it: training mode, which update rule is on. When
 * it differs at a later call, the step is recorded again.
 *
 * @param read - gives a value to compare by `Object.is`
 * @returns the value of now
 * @example
 * ```ts
 * import { compile, tensor } from '@core/tensor'
 * import { dependsOn } from '@core/tensor/extend'
 * let doubled = true
 * const step = compile((x) => (dependsOn(() => doubled) ? x.mul(2) : x.add(0)))
 * for (let i = 0; i < 3; i++) step(tensor([1]))
 * doubled = false
 * step(tensor([1])).toArraySync() // => [1]
 * ```
 */
export function dependsOn<T>(read: () => T): T {
  const value = read()
  state.recording?.guard(read, value)
  return value
}

/**
 * Whether a step is being recorded by `compile` at this moment.
 *
 * @returns true inside a step that is recorded
 * @example
 * ```ts
 * import { isRecording } from '@core/tensor/extend'
 * isRecording() // => false
 * ```
 */
export function isRecording(): boolean {
  return state.recording !== null
}

/**
 * Says that what happens now cannot be part of a recorded step, because replays would not do it: calling functions of the
 * user's, say. Where no step is being recorded it does nothing.
 *
 * @param reason - why, and what to do about it
 * @throws CompileError where a step is being recorded that has no fallback
 * @example
 * ```ts
 * import { compile, tensor } from '@core/tensor'
 * import { unrecordable } from '@core/tensor/extend'
 * const reasons: string[] = []
 * const step = compile(
 *   (x) => {
 *     unrecordable('the moon is in the way; wait')
 *     return x
 *   },
 *   { fallback: (reason) => reasons.push(reason) },
 * )
 * step(tensor(1))
 * reasons // => ['the moon is in the way; wait']
 * ```
 */
export function unrecordable(reason: string): void {
  state.recording?.refuse(reason)
}

/**
 * Learns something from the values of tensors: checks indices, finds the longest length. While a step is recorded this
 * becomes part of what the recording depends on: it is learned anew from the arguments of each call.
 *
 * @param tensors - whose values are needed
 * @param read - gets their values, not to be kept; may throw
 * @returns what `read` gives; undefined where a backend cannot look at once
 */
export function peeked<T>(tensors: readonly Tensor[], read: (...values: TypedArray[]) => T): T | undefined {
  const values: TypedArray[] = []
  for (const t of tensors) {
    const found = t.backend.peek(t.storage)
    if (!found) return undefined
    values.push(found)
  }
  const learned = read(...values)
  state.recording?.learn(tensors, read, learned)
  return learned
}
