import {
  type Backend,
  full,
  Generator,
  grad,
  logSoftmax,
  randn,
  reference,
  type Tensor,
  tensor,
  wasm,
} from '@core/tensor'
import { ctc } from '@nn/losses'
import { describe, expect, test } from 'vitest'

/** −ln of the probability of all alignments, each counted one by one: repetitions merge, then blanks go. */
function byAlignments(
  logProbs: readonly (readonly number[])[],
  target: readonly number[],
  blank: number,
): number {
  let total = 0
  const follow = (t: number, path: readonly number[], logProb: number) => {
    if (t < logProbs.length) {
      for (const [c, v] of logProbs[t]!.entries()) follow(t + 1, [...path, c], logProb + v)
      return
    }
    const labels = path.filter((c, i) => c !== path[i - 1]).filter((c) => c !== blank)
    if (String(labels) === String(target)) total += Math.exp(logProb)
  }
  follow(0, [], 0)
  return -Math.log(total)
}

const backends: [string, () => Promise<Backend>][] = [
  ['reference', async () => reference()],
  ['simd', () => wasm({ build: 'simd' }).start()],
]

describe.each(backends)('connectionist temporal classification on %s', async (_, start) => {
  const backend = await start()
  const ids = (values: number[] | number[][]) => tensor(values, { dtype: 'int32', backend })
  const probabilities = (...shape: number[]) =>
    logSoftmax(randn(shape, { dtype: 'float32', backend, generator: new Generator(3) })).detach()

  test.each([
    [[1, 2], 0],
    [[1, 1], 0],
    [[2], 1],
    [[0, 2, 0], 1],
    [[], 2],
  ])('is the sum over all alignments of %j, blank %i', (target, blank) => {
    const x = probabilities(5, 3)
    const steps = x.toArraySync() as number[][]
    expect(ctc(x, ids(target), 5, target.length, { blank }).itemSync()).toBeCloseTo(
      byAlignments(steps, target, blank) / Math.max(1, target.length),
      5,
    )
  })

  test('targets in rows or one after the other, lengths as tensors or numbers: the same', () => {
    const x = probabilities(6, 3, 4)
    const options = { reduction: 'none' } as const
    const rows = ctc(
      x,
      ids([
        [1, 2, 3],
        [3, 0, 0],
        [2, 2, 0],
      ]),
      [6, 4, 5],
      [3, 1, 2],
      options,
    )
    const flat = ctc(x, ids([1, 2, 3, 3, 2, 2]), ids([6, 4, 5]), ids([3, 1, 2]), options)
    expect(flat.dataSync()).toEqual(rows.dataSync())
    const alone = ctc(x.select(1, 1), ids([3]), 4, 1, options)
    expect(alone.shape).toEqual([])
    expect(alone.itemSync()).toBe(rows.dataSync()[1])
  })

  test('the mean divides by the number of labels first', () => {
    const x = probabilities(6, 2, 4)
    const targets = ids([
      [1, 2, 3],
      [3, 0, 0],
    ])
    const [a, b] = ctc(x, targets, [6, 6], [3, 1], { reduction: 'none' }).dataSync()
    expect(ctc(x, targets, [6, 6], [3, 1]).itemSync()).toBeCloseTo((a! / 3 + b!) / 2, 5)
    expect(ctc(x, targets, [6, 6], [3, 1], { reduction: 'sum' }).itemSync()).toBeCloseTo(a! + b!, 4)
  })

  test('too few steps: ∞ and no number as gradient, or nothing at all with zeroInfinity', () => {
    const gradientOf = (zeroInfinity: boolean): [number, Tensor] => {
      const x = full([2, 1, 3], Math.log(1 / 3), { dtype: 'float32', backend, requiresGrad: true })
      const loss = ctc(x, ids([[1, 1]]), [2], [2], { zeroInfinity })
      return [loss.itemSync(), grad(loss, x)[0]!]
    }
    const [loss, gradient] = gradientOf(false)
    expect(loss).toBe(Infinity)
    expect(gradient.dataSync().every(Number.isNaN)).toBe(true)
    const [zero, none] = gradientOf(true)
    expect(zero).toBe(0)
    expect(Array.from(none.dataSync())).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('what does not fit is refused', () => {
    const x = probabilities(4, 2, 3)
    const targets = ids([
      [1, 2],
      [1, 0],
    ])
    expect(() => ctc(x, targets, [5, 4], [2, 1])).toThrow(/input length 5 of sequence 0 is not from 0 to 4/)
    expect(() => ctc(x, targets, [4, 4], [2, 3])).toThrow(
      /target length 3 of sequence 1 does not fit.*\[2, 2\]: 2 are left/,
    )
    expect(() =>
      ctc(
        x,
        ids([
          [1, 3],
          [1, 0],
        ]),
        [4, 4],
        [2, 1],
      ),
    ).toThrow(/label 3 of sequence 0.*0 to 2/)
    expect(() => ctc(x, targets, [4], [2])).toThrow(/input lengths must be \[2\].*got \[1\]/)
    expect(() => ctc(x, ids([[1, 2]]), [4, 4], [2, 1])).toThrow(
      /targets must be \[2, longest\].*got \[1, 2\]/,
    )
    expect(() => ctc(x, targets, [4, 4], [2, 1], { blank: 3 })).toThrow(/blank/)
    expect(() => ctc(x, targets, [4, 4.5], [2, 1])).toThrow(/input lengths must be whole numbers/)
  })
})
