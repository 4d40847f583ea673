import { full, OptionError, ShapeError } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions, show } from '@core/tensor/extend'
import { type Initialiser, initialiser, valuesOf } from './initialiser.js'

/**
 * The same value everywhere.
 *
 * @param value - the value
 * @returns an initialiser
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(2, 2, { init: init.constant(0.5) }).weight.toArraySync() // => [[0.5, 0.5], [0.5, 0.5]]
 * ```
 */
export function constant(value: number): Initialiser {
  checkNumber('constant', 'value', value)
  return initialiser('constant', (shape, { dtype, backend }) => full(shape, value, { dtype, backend }))
}

/**
 * Zeros: right for biases; a network whose weights are all zero does not learn, since all its neurons stay alike.
 *
 * @returns an initialiser
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(2, 2, { init: { bias: init.zeros() } }).bias?.toArraySync() // => [0, 0]
 * ```
 */
export function zeros(): Initialiser {
  return constant(0)
}

/**
 * Ones.
 *
 * @returns an initialiser
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(2, 1, { init: init.ones() }).weight.toArraySync() // => [[1, 1]]
 * ```
 */
export function ones(): Initialiser {
  return constant(1)
}

/**
 * The identity matrix, which lets inputs pass as they are.
 *
 * @returns an initialiser of matrices
 * @throws ShapeError, when it is used, where the parameter is no matrix
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(2, 2, { init: init.eye() }).weight.toArraySync() // => [[1, 0], [0, 1]]
 * ```
 */
export function eye(): Initialiser {
  return initialiser('eye', (shape, place) => {
    const [rows, columns] = shape
    if (rows === undefined || columns === undefined || shape.length !== 2)
      throw new ShapeError(
        `eye: the parameter must be a matrix, got ${show(shape)}; for convolutions use dirac`,
      )
    const values = new Float64Array(rows * columns)
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1
    return valuesOf(values, shape, place)
  })
}

/** Options of {@link dirac}. */
export interface DiracOptions {
  /** Groups of the convolution. Default 1. */
  groups?: number
}

/**
 * The identity of convolutions: each output channel is the input channel of its number, as far as there are some.
 *
 * @param options - `groups` (1)
 * @returns an initialiser of convolution weights [out, in, ...window]
 * @throws ShapeError, when it is used, where the parameter has not 3 to 5 dimensions; OptionError where `out` is no
 *   multiple of the groups
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { init } from '@nn/module'
 * const weight = new Parameter(zeros([2, 2, 3]))
 * init.dirac()(weight)
 * weight.toArraySync() // => [[[0, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 0]]]
 * ```
 */
export function dirac(options: DiracOptions = {}): Initialiser {
  const { groups = 1 } = checkOptions('dirac', options, ['groups'])
  checkInteger('dirac', 'groups', groups, 1)
  return initialiser('dirac', (shape, place) => {
    const [out, inputs, ...window] = shape
    if (out === undefined || inputs === undefined || shape.length < 3 || shape.length > 5)
      throw new ShapeError(`dirac: the parameter must be [out, in, ...window], got ${show(shape)}`)
    if (out % groups !== 0)
      throw new OptionError(`dirac: ${out} output channels do not fall into ${groups} equal groups`)
    const size = window.reduce((a, b) => a * b, 1)
    const middle = window.reduce((at, n) => at * n + Math.floor(n / 2), 0)
    const values = new Float64Array(out * inputs * size)
    for (let i = 0; i < out; i++) {
      const channel = i % (out / groups)
      if (channel < inputs) values[(i * inputs + channel) * size + middle] = 1
    }
    return valuesOf(values, shape, place)
  })
}
