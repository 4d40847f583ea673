/** Functions of one number with up to three constants a, b, c, each with a gradient of its own. */
export type ActivationOp =
  /** x > 0 ? x : a x; slope a at 0 */
  | 'leakyRelu'
  /** x > 0 ? b x : a (e^(c x) − 1); slope a c at 0 */
  | 'elu'
  /** x σ(x) */
  | 'silu'
  /** x tanh(ln(1 + eˣ)) */
  | 'mish'
  /** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) */
  | 'geluTanh'
  /** a x > b ? x : ln(1 + e^(a x)) / a */
  | 'softplus'
  /** ln σ(x) */
  | 'logSigmoid'
  /** min(max(x, a), b); slope 0 at a and b */
  | 'hardtanh'
  /** min(max(x, a), b); slope 1 at a and b */
  | 'clamp'
  /** min(max(x + 3, 0), 6) / 6; slope 0 at ±3 */
  | 'hardsigmoid'
  /** x min(max(x + 3, 0), 6) / 6; slope 0 at −3, 1 at 3 */
  | 'hardswish'
  /** −a ≤ x ≤ a ? 0 : x */
  | 'hardshrink'
  /** x > a ? x − a : x < −a ? x + a : 0; slope 0 at ±a */
  | 'softshrink'
  /** x ≤ a ? b : x */
  | 'threshold'
  /** x / (1 + |x|) */
  | 'softsign'
  /** x − tanh x */
  | 'tanhshrink'

/** What the activation kernels need to know; constants that an op does not use are 0. */
export interface ActivationAttrs {
  readonly op: ActivationOp
  readonly a: number
  readonly b: number
  readonly c: number
}

/** The kernels of activation functions. NaN in x gives NaN; its slope is that of the last branch, as in PyTorch. */
export interface ActivationKernels {
  /** y = f(x; a, b, c). in: x [n]; out: y [n]. */
  activation: ActivationAttrs

  /** Its gradient, g f′(x; a, b, c). in: g [n], x [n]; out: dx [n]. Where the slope is 0 or 1 by a branch, g is not multiplied. */
  activationGrad: ActivationAttrs
}
