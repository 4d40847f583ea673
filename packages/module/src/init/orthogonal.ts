import { checkNumber, checkOptions } from '@core/tensor/extend'
import { fansOf, type Initialiser, initialiser, normalNumbers, valuesOf } from './initialiser.js'
import type { XavierOptions } from './scaled.js'

/** The dot product of two rows. */
function dot(m: Float64Array, a: number, b: number, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += m[a * n + i]! * m[b * n + i]!
  return sum
}

/** Makes the rows of a matrix orthonormal, one after the other; twice, since once leaves rounding behind. */
function gramSchmidt(m: Float64Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    for (let pass = 0; pass < 2; pass++)
      for (let other = 0; other < row; other++) {
        const share = dot(m, row, other, n)
        for (let i = 0; i < n; i++) m[row * n + i]! -= share * m[other * n + i]!
      }
    const length = Math.sqrt(dot(m, row, row, n))
    for (let i = 0; i < n; i++) m[row * n + i]! /= length
  }
}

/**
 * Random orthogonal matrices (Saxe et al., 2013): rows (or, where there are more of them, columns) of length 1 at right
 * angles, so that vectors keep their length. All but the first dimension count as one.
 *
 * @param options - `gain` (1), a factor
 * @returns an initialiser of weights [out, in, ...]
 * @throws ShapeError, when it is used, where the parameter has fewer than two dimensions
 * @example
 * ```ts
 * import { init } from '@nn/module'
 * import { Linear } from '@nn/layers'
 * const { weight } = new Linear(2, 2, { init: init.orthogonal() })
 * weight.matmul(weight.transpose()).toArraySync() // ~> [[1, 0], [0, 1]]
 * ```
 */
export function orthogonal(options: XavierOptions = {}): Initialiser {
  const { gain = 1 } = checkOptions('orthogonal', options, ['gain'])
  checkNumber('orthogonal', 'gain', gain)
  return initialiser('orthogonal', (shape, place) => {
    const { fanIn: columns } = fansOf('orthogonal', shape)
    const rows = shape[0]!
    const [few, many] = [Math.min(rows, columns), Math.max(rows, columns)]
    const m = normalNumbers([few, many], 1, place)
    gramSchmidt(m, few, many)
    const values = m.map((_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns]
      return gain * (rows <= columns ? m[i]! : m[column * many + row]!)
    })
    return valuesOf(values, shape, place)
  })
}
