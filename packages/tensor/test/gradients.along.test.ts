import * as T from '@core/tensor'
import { gradcheck, reference, type Tensor, tensor, wasm } from '@core/tensor'
import { describe, expect, test } from 'vitest'
import { rowsOf } from './along.rows.js'
import { builds } from './kernels.support.js'

const backend = reference()
const at = (values: T.NestedNumbers) => tensor(values, { dtype: 'float64', backend, requiresGrad: true })

describe.each(rowsOf(backend, 'float64'))('gradients against difference quotients: %s', (_, rows) => {
  test.each(rows)('%s', (_, fn, inputs) => {
    expect(gradcheck(fn, inputs(), { second: true })).toBe(true)
  })
})

describe.each(builds)('the same on wasm, %s', async (build) => {
  const engine = await wasm({ build }).start()
  const both = [rowsOf(engine, 'float32'), rowsOf(backend, 'float64')] as const
  const names = both[0].flatMap(([, rows], k) => rows.map(([name], i) => [name, k, i] as const))

  test.each(names)('%s', (_, k, i) => {
    const [own, wanted] = both.map((families) => {
      const [, fn, inputs] = families[k]![1][i]!
      const xs = inputs()
      const result = fn(...xs)
      const outputs: readonly Tensor[] = Array.isArray(result) ? result : [result]
      const loss = outputs.map((y) => y.mul(y).sum()).reduce((a, b) => a.add(b))
      loss.backward()
      return [...outputs, ...xs.map((x) => x.grad!)]
    }) as [Tensor[], Tensor[]]
    own.forEach((y, at) => {
      expect(y.shape).toEqual(wanted[at]!.shape)
      const values = wanted[at]!.dataSync()
      y.dataSync().forEach((v, j) => {
        expect(Math.abs(v - values[j]!)).toBeLessThan(1e-4 * (1 + Math.abs(values[j]!)))
      })
    })
    expect(engine.coverage().reference).toEqual([])
  })
})

describe('gradients at kinks', () => {
  const gradient = (fn: (x: Tensor) => Tensor, values: T.NestedNumbers) => {
    const x = at(values)
    fn(x).sum().backward()
    return x.grad!.toArraySync()
  }

  test('norms and deviations that are 0 have gradient 0', () => {
    for (const p of [0.5, 1, 1.5, 2, 3, Infinity, -Infinity])
      expect(gradient((x) => T.vectorNorm(x, p), [0, 0])).toEqual([0, 0])
    expect(gradient((x) => T.std(x), [2, 2])).toEqual([0, 0])
  })

  test('equal extremes share in max and amax, the first takes all with an index', () => {
    expect(gradient((x) => T.amax(x), [1, 3, 3])).toEqual([0, 0.5, 0.5])
    expect(gradient((x) => T.maxWithIndices(x, 0).values, [1, 3, 3])).toEqual([0, 1, 0])
    expect(gradient((x) => T.median(x), [1, 3, 3])).toEqual([0, 0.5, 0.5])
  })

  test('logsumexp of nothing but −∞ is −∞', () => {
    expect(T.logsumexp(at([-Infinity, -Infinity])).itemSync()).toBe(-Infinity)
    expect(T.logsumexp(at([Infinity, 1])).itemSync()).toBe(Infinity)
    expect(T.logsumexp(at([1e4, 1e4])).itemSync()).toBeCloseTo(1e4 + Math.log(2), 9)
    expect(T.logsumexp(T.zeros([2, 0], { backend }), { axis: 1 }).toArraySync()).toEqual([
      -Infinity,
      -Infinity,
    ])
  })
})
