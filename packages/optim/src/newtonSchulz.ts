import { add, div, matmul, maximum, mul, sqrt, type Tensor, transpose } from '@core/tensor'
import { sumSquares } from '@core/tensor/extend'

/** How a matrix is made orthogonal. */
interface Iteration {
  readonly nsCoefficients: readonly [number, number, number]
  readonly nsSteps: number
  readonly eps: number
}

/**
 * A matrix with the singular vectors of x [m, n] and singular values of about 1, by Newton–Schulz iterations on the side that
 * is shorter. What it computes on the way is freed at once.
 */
export function orthogonalized(x: Tensor, { nsCoefficients: [a, b, c], nsSteps, eps }: Iteration): Tensor {
  const tall = x.shape[0]! > x.shape[1]!
  let y = div(tall ? transpose(x) : x, maximum(sqrt(sumSquares(x)), eps))
  for (let i = 0; i < nsSteps; i++) {
    const gram = matmul(y, transpose(y))
    const square = matmul(gram, gram)
    const factor = add(mul(gram, b), mul(square, c))
    const turned = matmul(factor, y)
    const next = add(mul(y, a), turned)
    for (const t of [gram, square, factor, turned, y]) t.dispose()
    y = next
  }
  return tall ? transpose(y) : y
}
