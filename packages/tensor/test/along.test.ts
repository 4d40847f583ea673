import * as T from '@core/tensor'
import { type Backend, Generator, reference, tensor, wasm } from '@core/tensor'
import { describe, expect, test } from 'vitest'

const ids = (values: T.NestedNumbers, backend: Backend) => tensor(values, { dtype: 'int32', backend })

describe.each([
  ['reference', reference()],
  ['wasm', await wasm().start()],
] as const)('along axes, %s', (_, backend) => {
  const x = (values: T.NestedNumbers) => tensor(values, { backend })

  test('any and all, over several axes, of nothing, of NaN', () => {
    const m = x([
      [0, 0, NaN],
      [0, 2, 1],
    ])
    expect(T.any(m, { axis: 0 }).toArraySync()).toEqual([false, true, true])
    expect(T.all(m, { axis: 1, keepDim: true }).toArraySync()).toEqual([[false], [false]])
    expect(T.all(m.slice(2, 3, { axis: 1 })).itemSync()).toBe(1)
    expect(T.any(T.zeros([0, 2], { backend })).itemSync()).toBe(0)
    expect(T.all(T.zeros([0, 2], { backend }), { axis: 0 }).toArraySync()).toEqual([true, true])
  })

  test('products and scans of integers and masks', () => {
    expect(T.prod(ids([2, 3, 7], backend)).itemSync()).toBe(42)
    expect(T.prod(tensor([true, true], { backend })).dtype).toBe('int32')
    expect(T.cumsum(tensor([true, false, true], { backend }), 0).toArraySync()).toEqual([1, 1, 2])
    expect(T.cumprod(ids([2, 3, 7], backend), 0).toArraySync()).toEqual([2, 6, 42])
    expect(T.cumsum(ids([1, 2], backend), 0, { dtype: 'float32' }).dtype).toBe('float32')
    expect(T.mean(ids([1, 2], backend), { dtype: 'float32' }).itemSync()).toBe(1.5)
    expect(T.sum(x([1.7, 1.7]), { dtype: 'int32' }).itemSync()).toBe(2)
    expect(T.prod(T.zeros([2, 0], { backend }), { axis: 1 }).toArraySync()).toEqual([1, 1])
  })

  test('a long running sum stays accurate', () => {
    const n = 1_000_000
    const y = T.cumsum(T.full([n, 2], 0.1, { backend }), 0)
    expect(y.slice(n - 1).toArraySync()).toEqual([
      [Math.fround(n * Math.fround(0.1)), Math.fround(n * Math.fround(0.1))],
    ])
  })

  test('variance has all its digits where the mean is large', () => {
    const values = x([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3])
    expect(T.variance(values).itemSync()).toBeCloseTo(5 / 3, 5)
    expect(T.variance(values, { correction: 4 }).itemSync()).toBe(Infinity)
    expect(T.variance(x(3)).itemSync()).toBeNaN()
    expect(T.std(x([1, 2, 3, 4]), { correction: -5 }).itemSync()).toBeCloseTo(Math.sqrt(5 / 9), 6)
  })

  test('norms of every order', () => {
    const m = x([
      [3, -4],
      [0, 2],
    ])
    const rows = (p: number) => T.vectorNorm(m, p, { axis: 1 }).toArraySync()
    expect(rows(0)).toEqual([2, 1])
    expect(rows(1)).toEqual([7, 2])
    expect(rows(2)).toEqual([5, 2])
    expect(rows(Infinity)).toEqual([4, 2])
    expect(rows(-Infinity)).toEqual([3, 0])
    expect(T.norm(m, 3).itemSync()).toBeCloseTo((27 + 64 + 8) ** (1 / 3), 5)
    expect(T.norm(m).itemSync()).toBeCloseTo(Math.sqrt(29), 5)
  })

  test('sort puts NaN last, is stable, and topk agrees', () => {
    const values = x([2, NaN, -1, 2, -0, 0])
    expect(T.sort(values).indices.toArraySync()).toEqual([2, 4, 5, 0, 3, 1])
    expect(T.sort(values, { descending: true }).indices.toArraySync()).toEqual([1, 0, 3, 4, 5, 2])
    expect(
      T.sort(
        ids(
          [
            [3, 1],
            [2, 9],
          ],
          backend,
        ),
        { axis: 0 },
      ).values.toArraySync(),
    ).toEqual([
      [2, 1],
      [3, 9],
    ])
    expect(T.sort(tensor([true, false], { backend })).values.toArraySync()).toEqual([false, true])
    expect(T.sort(x(5)).indices.shape).toEqual([])
    expect(
      T.topk(
        x([
          [1, 5],
          [7, 2],
        ]),
        1,
        { axis: 0, largest: false },
      ).values.toArraySync(),
    ).toEqual([[1, 2]])
    expect(T.topk(x([1, 2]), 0).values.shape).toEqual([0])
  })

  test('the median is the lower one of two, NaN where there is one', () => {
    expect(T.median(x([4, 1, 3, 2])).itemSync()).toBe(2)
    const { values, indices } = T.medianWithIndices(
      x([
        [1, NaN, 0],
        [5, 3, 4],
      ]),
      1,
    )
    expect(values.toArraySync()).toEqual([NaN, 4])
    expect(indices.toArraySync()).toEqual([1, 2])
    expect(
      T.median(
        x([
          [1, 2],
          [3, 4],
        ]),
        { axis: 0, keepDim: true },
      ).toArraySync(),
    ).toEqual([[1, 2]])
    expect(T.median(x([NaN, 1])).itemSync()).toBeNaN()
  })

  test('gather and scatters where the index is smaller, larger, empty, or a number', () => {
    const m = x([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(T.gather(m, 1, ids([[2, 2, 0, 1]], backend)).toArraySync()).toEqual([[3, 3, 1, 2]])
    expect(T.gather(m, 0, T.zeros([0, 2], { dtype: 'int32', backend })).shape).toEqual([0, 2])
    expect(T.gather(x(7), 0, ids([0, 0], backend)).toArraySync()).toEqual([7, 7])
    expect(T.scatter(m, 0, ids([[1, 0]], backend), x([[9, 8]])).toArraySync()).toEqual([
      [1, 8, 3],
      [9, 5, 6],
    ])
    expect(T.scatter(tensor([true, true], { backend }), 0, ids([1], backend), 0).toArraySync()).toEqual([
      true,
      false,
    ])
    expect(T.scatter(x(1), 0, ids(0, backend), 2.5).itemSync()).toBe(2.5)
    expect(
      T.scatter(x([2, 3]), 0, ids([1, 1], backend), x([5, 7]), { reduce: 'multiply' }).toArraySync(),
    ).toEqual([2, 105])
    expect(T.scatter(x([2, 3]), 0, ids([1, 1], backend), 4, { reduce: 'add' }).toArraySync()).toEqual([2, 11])
    expect(T.gather(x([1, 2]), 0, T.zeros([3, 0], { dtype: 'int32', backend })).shape).toEqual([3, 0])
    expect(
      T.scatterAdd(
        m,
        1,
        ids(
          [
            [0, 0],
            [2, 2],
          ],
          backend,
        ),
        T.ones([2, 2], { backend }),
      ).toArraySync(),
    ).toEqual([
      [3, 2, 3],
      [4, 5, 8],
    ])
    expect(T.takeAlongDim(m, ids([[-1], [0]], backend), 1).toArraySync()).toEqual([[3], [4]])
  })

  test('moving: limits', () => {
    const m = x([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(T.roll(m, [1, 1], [0, 1]).toArraySync()).toEqual([
      [6, 4, 5],
      [3, 1, 2],
    ])
    expect(T.roll(T.zeros([0, 2], { backend }), 1, 0).shape).toEqual([0, 2])
    expect(T.repeat(x(2), [1, 3]).toArraySync()).toEqual([[2, 2, 2]])
    expect(T.repeat(m, [2, 0, 1]).shape).toEqual([2, 0, 3])
    expect(T.tile(T.ones([2, 2, 2, 2], { backend }), [2, 2, 2, 2]).shape).toEqual([4, 4, 4, 4])
    expect(T.chunk(T.zeros([0], { backend }), 3).map((t) => t.shape)).toEqual([[0], [0], [0]])
    expect(T.chunk(T.arange(6, undefined, 1, { backend }), 4).length).toBe(3)
    expect(T.diag(m, 5).shape).toEqual([0])
    expect(T.tril(tensor([[true, true]], { backend })).toArraySync()).toEqual([[true, false]])
    expect(T.unfold(x(3), 0, 1, 1).toArraySync()).toEqual([3])
    expect(T.repeatInterleave(m, ids([0, 2], backend), { axis: 0 }).toArraySync()).toEqual([
      [4, 5, 6],
      [4, 5, 6],
    ])
    expect(T.cat([x([]), m], 1).shape).toEqual([2, 3])
  })

  test('products: weights, integers, diagonals', () => {
    const a = x([
      [1, 2],
      [3, 4],
    ])
    const nan = T.full([2, 2], NaN, { backend })
    expect(T.addmm(nan, a, a, { beta: 0 }).toArraySync()).toEqual([
      [7, 10],
      [15, 22],
    ])
    expect(T.mm(T.ones([2, 0], { backend }), T.ones([0, 3], { backend })).toArraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(T.einsum('ij,jk->ik', ids([[1, 2]], backend), ids([[3], [4]], backend)).toArraySync()).toEqual([
      [11],
    ])
    expect(T.einsum(' i i -> i ', a).toArraySync()).toEqual([1, 4])
    expect(T.einsum('...,...', x(2), x([1, 2])).toArraySync()).toEqual([2, 4])
    expect(T.einsum('ba', a).toArraySync()).toEqual([
      [1, 3],
      [2, 4],
    ])
    expect(T.tensordot(x([1, 2]), x([3, 4]), 1).itemSync()).toBe(11)
  })

  test('creation', () => {
    expect(T.linspace(0, 1, 3, { backend }).toArraySync()).toEqual([0, 0.5, 1])
    expect(T.linspace(3, 9, 1, { backend }).toArraySync()).toEqual([3])
    expect(T.linspace(0, 1, 0, { backend }).shape).toEqual([0])
    expect(T.logspace(0, 2, 3, { base: 2, backend }).toArraySync()).toEqual([1, 2, 4])
    expect(T.fullLike(ids([1, 2], backend), 3).toArraySync()).toEqual([3, 3])
  })

  test('random draws: range, repetition, frequencies', () => {
    const from = () => new Generator(7)
    const dice = T.randint([6000], -2, 4, { generator: from(), backend })
    expect([dice.dtype, dice.min().itemSync(), dice.max().itemSync()]).toEqual(['int32', -2, 3])
    expect(T.randint([6000], -2, 4, { generator: from(), backend }).dataSync()).toEqual(dice.dataSync())
    for (const n of [-2, 0, 3]) expect(Math.abs(T.sum(T.eq(dice, n)).itemSync() - 1000)).toBeLessThan(120)
    expect(T.sort(T.randperm(100, { generator: from(), backend })).values.dataSync()).toEqual(
      Int32Array.from({ length: 100 }, (_, i) => i),
    )
    const coins = T.bernoulli(T.full([10000], 0.3, { backend }), { generator: from() })
    expect(coins.mean().itemSync()).toBeCloseTo(0.3, 1)

    const p = x([
      [0, 1, 3, 0],
      [2, 0, 0, 2],
    ])
    const drawn = T.multinomial(p, 8000, { replacement: true, generator: from() })
    expect(drawn.shape).toEqual([2, 8000])
    const count = (row: number, k: number) => T.sum(T.eq(drawn.select(0, row), k)).itemSync()
    expect([count(0, 0), count(0, 3), count(1, 1), count(1, 2)]).toEqual([0, 0, 0, 0])
    expect(Math.abs(count(0, 2) - 6000)).toBeLessThan(200)
    expect(Math.abs(count(1, 0) - 4000)).toBeLessThan(200)
    const pairs = T.multinomial(p, 2, { generator: from() })
    expect(T.sort(pairs).values.toArraySync()).toEqual([
      [1, 2],
      [0, 3],
    ])
    expect(T.multinomial(x([0, 0, 5]), 1).toArraySync()).toEqual([2])
  })
})

describe('what does not fit is said', () => {
  const m = T.ones([2, 3])
  const rows: [() => unknown, RegExp][] = [
    [() => T.cumsum(m, 2), /cumsum: axis 2.*\[2, 3\]/],
    [() => T.prod(m, { axis: 5 }), /prod: axis 5/],
    [() => T.norm(m, 'nuc' as 'fro'), /norm: the order must be a number.*'nuc'/],
    [() => T.variance(T.ones([2], { dtype: 'int32' })), /variance: .*int32/],
    [() => T.topk(m, 4), /topk: k must be at most 3/],
    [() => T.maxWithIndices(T.zeros([2, 0]), 1), /maxWithIndices: shape \[2, 0\]/],
    [() => T.median(T.zeros([0])), /median.*no median/],
    [() => T.gather(m, 1, tensor([[3]], { dtype: 'int32' })), /gather: index 3.*there are 3/],
    [() => T.gather(m, 1, tensor([[0]])), /gather: the index \[1, 1\] must be int32/],
    [
      () => T.gather(m, 1, T.zeros([3, 1], { dtype: 'int32' })),
      /gather: the index \[3, 1\] is larger than the input \[2, 3\]/,
    ],
    [() => T.gather(m, 1, T.zeros([3], { dtype: 'int32' })), /gather: .*equally many dimensions/],
    [() => T.takeAlongDim(m, tensor([[-4]], { dtype: 'int32' }), 1), /takeAlongDim: index -4/],
    [
      () => T.scatter(m, 0, T.zeros([2, 3], { dtype: 'int32' }), T.ones([2, 2])),
      /scatter: the index.*the source \[2, 2\]/,
    ],
    [
      () =>
        T.scatter(T.ones([2], { requiresGrad: true }), 0, tensor([0], { dtype: 'int32' }), 1, {
          reduce: 'multiply',
        }),
      /scatter: there is no gradient for reduce: 'multiply'/,
    ],
    [() => T.scatterAdd(m, 0, tensor([[2]], { dtype: 'int32' }), T.ones([1, 1])), /scatterAdd: index 2/],
    [() => T.indexSelect(m, 0, T.zeros([1, 1], { dtype: 'int32' })), /indexSelect: the index \[1, 1\]/],
    [() => T.maskedFill(m, m, 0), /maskedFill: the mask \[2, 3\] must be bool/],
    [() => T.maskedFill(m, T.ones([3], { dtype: 'bool' }), T.ones([3])), /maskedFill: the value \[3\]/],
    [() => T.split(m, [1, 1], 1), /split: the sizes \[1, 1\] add up to 2, axis 1 of \[2, 3\] has 3/],
    [() => T.split(m, 0), /split: the size must be/],
    [() => T.diag(T.ones([2, 2, 2])), /diag: .*\[2, 2, 2\]/],
    [() => T.tril(T.ones([2])), /tril: .*\[2\]/],
    [() => T.movedim(m, [0, 0], [0, 1]), /movedim: .*each once/],
    [() => T.roll(m, [1, 2], [0]), /roll: there are 2 shifts for 1 axes/],
    [() => T.repeat(m, [2]), /repeat: shape \[2, 3\] has 2 dimensions/],
    [() => T.repeatInterleave(m, [1, 2, 3], { axis: 0 }), /repeatInterleave: there are 3 numbers/],
    [() => T.unfold(m, 1, 4, 1), /unfold: axis 1 of \[2, 3\] has 3 entries, a window 4/],
    [() => T.mm(m, m), /mm: shapes \[2, 3\] and \[2, 3\] do not fit/],
    [() => T.bmm(T.ones([2, 1, 1]), T.ones([3, 1, 1])), /bmm: .*equally many matrices/],
    [() => T.dot(m, m), /dot: .*a vector and a vector are needed/],
    [() => T.outer(m, m), /outer: .*two vectors/],
    [() => T.addmm(T.ones([3, 2, 2]), T.ones([2, 1]), T.ones([1, 2])), /addmm: the summand \[3, 2, 2\]/],
    [
      () => T.tensordot(m, m, [[0], [1]]),
      /tensordot: .*axis 0 of the first has size 2, axis 1 of the second 3/,
    ],
    [() => T.einsum('ij,jk', m), /einsum: the equation 'ij,jk' names 2 operands, there are 1/],
    [() => T.einsum('i', m), /einsum: operand 0 \[2, 3\] has 2 dimensions, 'i' names 1/],
    [() => T.einsum('ij->ik', m), /einsum: .*has 'k' in the result/],
    [
      () => T.einsum('ij,ij', m, T.ones([3, 3])),
      /einsum: .*dimension 0 of operand 1 \[3, 3\] is 3, but its letter 'i' has size 2/,
    ],
    [() => T.einsum('i1', m), /einsum: .*'i1'.*letters/],
    [() => T.linspace(0, Infinity, 3), /linspace: end must be a number/],
    [() => T.randint([2], 3, 3), /randint: high must be a whole number ≥ 4/],
    [() => T.bernoulli(tensor([2])), /bernoulli: each probability must be a number from 0 to 1, got 2/],
    [() => T.multinomial(tensor([1, 0]), 2), /multinomial: row 0 .* has 1 classes above 0, but 2/],
    [() => T.multinomial(tensor([-1, 0]), 1), /multinomial: each probability must be finite/],
  ]
  test.each(rows)('%s', (call, message) => {
    expect(call).toThrow(message)
    try {
      call()
    } catch (error) {
      expect((error as T.TensorError).code).toMatch(/^ERR_/)
    }
  })
})
