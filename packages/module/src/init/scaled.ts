import { normal, OptionError, uniform } from '@core/tensor'
import { checkNumber, checkOptions, describe } from '@core/tensor/extend'
import { fansOf, type Initialiser, initialiser } from './initialiser.js'

/** Activation functions whose gain is known. */
export type Nonlinearity = 'linear' | 'conv' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu'

/**
 * By how much weights must be larger so that what follows them, an activation, leaves the variance as it is.
 *
 * @param nonlinearity - `linear`, `conv`, `sigmoid` (1), `tanh` (5/3), `relu` (√2), `leakyRelu` (√(2 / (1 + slope²))), `selu` (3/4)
 * @param slope - of `leakyRelu` below 0; default 0.01
 * @returns the gain
 * @throws OptionError where the name is not known
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * init.calculateGain('relu') // ~> 1.414214
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  checkNumber('calculateGain', 'slope', slope)
  const gains: Record<Nonlinearity, number> = {
    linear: 1,
    conv: 1,
    sigmoid: 1,
    tanh: 5 / 3,
    relu: Math.SQRT2,
    leakyRelu: Math.sqrt(2 / (1 + slope * slope)),
    selu: 3 / 4,
  }
  if (!Object.hasOwn(gains, nonlinearity))
    throw new OptionError(
      `calculateGain: nonlinearity must be one of ${Object.keys(gains).join(', ')}, got ${describe(nonlinearity)}`,
    )
  return gains[nonlinearity]
}

/** Options of {@link xavierUniform} and {@link xavierNormal}. */
export interface XavierOptions {
  /** A factor for the activation that follows: see `calculateGain`. Default 1. */
  gain?: number
}

function gainOf(name: string, options: XavierOptions): number {
  const { gain = 1 } = checkOptions(name, options, ['gain'])
  return checkNumber(name, 'gain', gain)
}

/**
 * Uniform in ±gain · √(6 / (fan in + fan out)) (Glorot and Bengio, 2010): for tanh and sigmoid, the variance of
 * activations and of gradients stays about the same from layer to layer.
 *
 * @param options - `gain` (1)
 * @returns an initialiser of weights [out, in, ...]
 * @throws ShapeError, when it is used, where the parameter has fewer than two dimensions
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(3, 3, { init: init.xavierUniform() }).weight.abs().max().itemSync() <= 1 // => true
 * ```
 */
export function xavierUniform(options: XavierOptions = {}): Initialiser {
  const gain = gainOf('xavierUniform', options)
  return initialiser('xavierUniform', (shape, place) => {
    const { fanIn, fanOut } = fansOf('xavierUniform', shape)
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut))
    return uniform(shape, -bound, bound, place)
  })
}

/**
 * Normal with deviation gain · √(2 / (fan in + fan out)) (Glorot and Bengio, 2010): see {@link xavierUniform}.
 *
 * @param options - `gain` (1)
 * @returns an initialiser of weights [out, in, ...]
 * @throws ShapeError, when it is used, where the parameter has fewer than two dimensions
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(3, 3, { init: init.xavierNormal({ gain: init.calculateGain('tanh') }) }).weight.shape // => [3, 3]
 * ```
 */
export function xavierNormal(options: XavierOptions = {}): Initialiser {
  const gain = gainOf('xavierNormal', options)
  return initialiser('xavierNormal', (shape, place) => {
    const { fanIn, fanOut } = fansOf('xavierNormal', shape)
    return normal(shape, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), place)
  })
}

/** Options of {@link kaimingUniform} and {@link kaimingNormal}. */
export interface KaimingOptions {
  /** What to keep the variance of: activations (`fanIn`) or gradients (`fanOut`). Default `fanIn`. */
  mode?: 'fanIn' | 'fanOut'
  /** The activation that follows. Default `leakyRelu`, which with slope 0 is `relu`. */
  nonlinearity?: Nonlinearity
  /** Slope of `leakyRelu` below 0. Default 0. */
  slope?: number
}

/** The deviation that weights of a shape shall have. */
function kaiming(name: string, options: KaimingOptions): (shape: readonly number[]) => number {
  const names = ['mode', 'nonlinearity', 'slope'] as const
  const { mode = 'fanIn', nonlinearity = 'leakyRelu', slope = 0 } = checkOptions(name, options, names)
  if (mode !== 'fanIn' && mode !== 'fanOut')
    throw new OptionError(`${name}: mode must be 'fanIn' or 'fanOut', got ${describe(mode)}`)
  const gain = calculateGain(nonlinearity, slope)
  return (shape) => gain / Math.sqrt(fansOf(name, shape)[mode])
}

/**
 * Uniform in ±gain · √(3 / fan) (He et al., 2015): for rectifiers, the variance stays the same from layer to layer.
 *
 * @param options - `mode` (`fanIn`), `nonlinearity` (`leakyRelu`), `slope` (0)
 * @returns an initialiser of weights [out, in, ...]
 * @throws ShapeError, when it is used, where the parameter has fewer than two dimensions
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(6, 3, { init: init.kaimingUniform() }).weight.abs().max().itemSync() <= 1 // => true
 * ```
 */
export function kaimingUniform(options: KaimingOptions = {}): Initialiser {
  const std = kaiming('kaimingUniform', options)
  return initialiser('kaimingUniform', (shape, place) => {
    const bound = Math.sqrt(3) * std(shape)
    return uniform(shape, -bound, bound, place)
  })
}

/**
 * Normal with deviation gain / √fan (He et al., 2015): for rectifiers, the variance stays the same from layer to layer.
 *
 * @param options - `mode` (`fanIn`), `nonlinearity` (`leakyRelu`), `slope` (0)
 * @returns an initialiser of weights [out, in, ...]
 * @throws ShapeError, when it is used, where the parameter has fewer than two dimensions
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * new Linear(6, 3, { init: init.kaimingNormal({ nonlinearity: 'relu' }) }).weight.shape // => [3, 6]
 * ```
 */
export function kaimingNormal(options: KaimingOptions = {}): Initialiser {
  const std = kaiming('kaimingNormal', options)
  return initialiser('kaimingNormal', (shape, place) => normal(shape, 0, std(shape), place))
}
