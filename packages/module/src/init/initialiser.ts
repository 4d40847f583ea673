import {
  type Generator,
  normal,
  type Parameter,
  reference,
  ShapeError,
  type Tensor,
  tensor,
} from '@core/tensor'
import { assign, checkTensor, generatorOf, show } from '@core/tensor/extend'

/**
 * Overwrites a parameter's values, as a network begins. Made by the functions of `init`, and taken by the `init` option
 * of layers; any function of this form will do. The random numbers come from the generator, by default the one that
 * `manualSeed` seeds.
 */
export type Initialiser = (parameter: Parameter, generator?: Generator) => void

/** Where a new parameter's values live and what they are. */
export interface Place {
  readonly dtype: Tensor['dtype']
  readonly backend: Tensor['backend']
  readonly generator: Generator
}

/** An initialiser out of a function that makes values of a shape. */
export function initialiser(
  name: string,
  draw: (shape: readonly number[], place: Place) => Tensor,
): Initialiser {
  return (parameter, generator) => {
    checkTensor(name, parameter, 'the parameter')
    const { shape, dtype, backend } = parameter
    assign(parameter, draw(shape, { dtype, backend, generator: generatorOf(name, generator) }))
  }
}

/** Normally distributed numbers for computing with on the host: not every backend can be read at once. */
export function normalNumbers(
  shape: readonly number[],
  std: number,
  { dtype, generator }: Place,
): Float64Array {
  return Float64Array.from(normal(shape, 0, std, { dtype, generator, backend: reference() }).dataSync())
}

/** A tensor of values computed in double precision. */
export function valuesOf(values: Float64Array, shape: readonly number[], { dtype, backend }: Place): Tensor {
  return tensor(values, { shape, dtype, backend })
}

/** Inputs and outputs of each neuron: [out, in, ...window]. */
export function fansOf(name: string, shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [out, inputs, ...window] = shape
  if (out === undefined || inputs === undefined)
    throw new ShapeError(
      `${name}: a parameter of shape ${show(shape)} has no inputs and outputs to count; it needs two dimensions or more: [out, in, ...]`,
    )
  const size = window.reduce((a, b) => a * b, 1)
  return { fanIn: inputs * size, fanOut: out * size }
}
