/*
 * The innermost loops of the products, on doubles only: functions of their own that see one kind of array are
 * compiled early and well.
 */

/**
 * y[j] = Σ_p m[j, p] · x[p], p in order. in: m [rows, columns], x [columns]; out: y [rows].
 * Four rows at a time: four sums that do not wait for one another, and a quarter of the reads of x.
 */
export function multiply(
  m: Float64Array,
  x: Float64Array,
  rows: number,
  columns: number,
  y: Float64Array,
): void {
  const whole = rows - (rows % 4)
  for (let j = 0; j < whole; j += 4) {
    const row0 = j * columns
    const row1 = row0 + columns
    const row2 = row1 + columns
    const row3 = row2 + columns
    let sum0 = 0
    let sum1 = 0
    let sum2 = 0
    let sum3 = 0
    for (let p = 0; p < columns; p++) {
      const factor = x[p]
      sum0 += m[row0 + p] * factor
      sum1 += m[row1 + p] * factor
      sum2 += m[row2 + p] * factor
      sum3 += m[row3 + p] * factor
    }
    y[j] = sum0
    y[j + 1] = sum1
    y[j + 2] = sum2
    y[j + 3] = sum3
  }
  for (let j = whole; j < rows; j++) {
    let sum = 0
    for (let p = 0; p < columns; p++) sum += m[j * columns + p] * x[p]
    y[j] = sum
  }
}

/** y[start + i] += factor · x[xStart + i] for i < n */
export function addScaled(
  y: Float64Array,
  start: number,
  factor: number,
  x: Float64Array,
  xStart: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) y[start + i] += factor * x[xStart + i]
}
