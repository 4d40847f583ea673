/** A function of floats: names of its parameters, and statements, the last of them a `return`. */
export interface FloatFunction {
  readonly parameters: readonly string[]
  readonly body: string
}

/** The largest float; what is larger is infinite. */
export const LARGEST = '3.4028234663852886e38'

/**
 * A polynomial by Horner's scheme, as an expression.
 *
 * @param x - a variable
 * @param coefficients - of the highest power first
 */
export function polynomial(x: string, coefficients: readonly number[]): string {
  return coefficients.slice(1).reduce((text, c) => `(${text}*${x}+(${c}))`, `(${coefficients[0]})`)
}
