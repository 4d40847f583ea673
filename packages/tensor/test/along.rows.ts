import * as T from '@core/tensor'
import { type Backend, randn, type Tensor, tensor } from '@core/tensor'

/** A name, an op, and inputs away from its kinks. */
export type Row = [string, (...xs: Tensor[]) => Tensor | readonly Tensor[], () => Tensor[]]

/** Every op along axes, with inputs of a dtype on a backend; the same values each time. */
export function rowsOf(
  backend: Backend,
  dtype: 'float32' | 'float64',
): readonly (readonly [string, Row[]])[] {
  let seed = 100
  const leaf = (...shape: number[]) =>
    randn(shape, { dtype, backend, generator: new T.Generator(++seed), requiresGrad: true })
  const positive = (...shape: number[]) =>
    leaf(...shape)
      .abs()
      .add(0.5)
      .detach()
      .clone()
      .setRequiresGrad(true)
  const at = (values: T.NestedNumbers) => tensor(values, { dtype, backend, requiresGrad: true })
  const ids = (values: T.NestedNumbers) => tensor(values, { dtype: 'int32', backend })
  const mask = (values: T.NestedNumbers) => tensor(values, { dtype: 'bool', backend })
  const zeros = () =>
    at([
      [2, 0, 3],
      [0, 5, 0],
      [1.5, -1, 2],
    ])

  const reductions: Row[] = [
    ['prod', (x) => T.prod(x!), () => [positive(2, 3)]],
    ['prod over axes apart', (x) => T.prod(x!, { axis: [0, 2] }), () => [leaf(2, 3, 2)]],
    ['prod with one zero, several, none', (x) => T.prod(x!, { axis: 1, keepDim: true }), () => [zeros()]],
    ['prod of a number', (x) => T.prod(x!), () => [leaf()]],
    ['sum with a dtype', (x) => T.sum(x!, { axis: 0, dtype }), () => [leaf(2, 3)]],
    ['mean with a dtype', (x) => T.mean(x!, { dtype }), () => [leaf(2, 3)]],
    ['amax', (x) => T.amax(x!, { axis: [0, 2] }), () => [leaf(2, 3, 4)]],
    ['amin', (x) => T.amin(x!, { axis: 1, keepDim: true }), () => [leaf(2, 3)]],
    ['amax of a number', (x) => T.amax(x!, { keepDim: true }), () => [leaf()]],
    ['sum of a number', (x) => T.sum(x!, { keepDim: true }), () => [leaf()]],
    ['maxWithIndices', (x) => T.maxWithIndices(x!, 1).values, () => [leaf(2, 3, 2)]],
    ['minWithIndices', (x) => T.minWithIndices(x!, 0, { keepDim: true }).values, () => [leaf(4)]],
    ['median', (x) => T.median(x!), () => [leaf(2, 3)]],
    ['medianWithIndices', (x) => T.medianWithIndices(x!, 0).values, () => [leaf(4, 3)]],
    ['variance', (x) => T.variance(x!, { axis: [0, 2] }), () => [leaf(2, 3, 4)]],
    ['variance, other correction', (x) => T.variance(x!, { correction: 0, keepDim: true }), () => [leaf(5)]],
    ['std', (x) => T.std(x!, { axis: 1 }), () => [leaf(3, 4)]],
    ['logsumexp', (x) => T.logsumexp(x!, { axis: [0, 2], keepDim: true }), () => [leaf(2, 3, 4)]],
    ['logsumexp of all', (x) => T.logsumexp(x!), () => [leaf(5)]],
    ...[1, 1.5, 2, 3, 0.5, -1, Infinity, -Infinity].map(
      (p): Row => [`vectorNorm of order ${p}`, (x) => T.vectorNorm(x!, p, { axis: 1 }), () => [leaf(2, 4)]],
    ),
    ['norm', (x) => T.norm(x!), () => [leaf(2, 3)]],
  ]

  const scans: Row[] = [
    ['cumsum', (x) => T.cumsum(x!, 1), () => [leaf(2, 4, 3)]],
    ['cumsum of a number', (x) => T.cumsum(x!, 0), () => [leaf()]],
    ['cumprod', (x) => T.cumprod(x!, -1), () => [leaf(2, 4)]],
    ['cumprod in the middle', (x) => T.cumprod(x!, 1), () => [leaf(2, 3, 2)]],
    ['cumprod with zeros', (x) => T.cumprod(x!, 1), () => [zeros()]],
    ['cumprod with zeros, downwards', (x) => T.cumprod(x!, 0), () => [zeros()]],
  ]

  const index = () =>
    ids([
      [2, 0],
      [1, 1],
      [0, 2],
    ])
  const picking: Row[] = [
    ['sort', (x) => T.sort(x!, { axis: 0 }).values, () => [leaf(4, 2)]],
    ['sort, largest first', (x) => T.sort(x!, { descending: true }).values, () => [leaf(2, 5)]],
    ['topk', (x) => T.topk(x!, 2, { axis: 1 }).values, () => [leaf(2, 5, 2)]],
    ['topk, smallest', (x) => T.topk(x!, 2, { largest: false }).values, () => [leaf(5)]],
    ['gather', (x) => T.gather(x!, 0, index()), () => [leaf(3, 2)]],
    ['gather, a smaller index', (x) => T.gather(x!, 1, ids([[0, 2, 2, 1]])), () => [leaf(2, 3)]],
    ['takeAlongDim', (x) => T.takeAlongDim(x!, ids([[0], [2]]), 1), () => [leaf(1, 3)]],
    ['takeAlongDim, flat', (x) => T.takeAlongDim(x!, ids([5, 0, 5])), () => [leaf(2, 3)]],
    [
      'scatter',
      (x, s) =>
        T.scatter(
          x!,
          0,
          ids([
            [2, 0],
            [1, 1],
          ]),
          s!,
        ),
      () => [leaf(3, 2), leaf(2, 2)],
    ],
    ['scatter of less', (x, s) => T.scatter(x!, 1, ids([[2, 0]]), s!), () => [leaf(3, 4), leaf(2, 3)]],
    ['scatter of a number', (x) => T.scatter(x!, 1, ids([[2], [0]]), 3), () => [leaf(2, 3)]],
    ['scatterAdd', (x, s) => T.scatterAdd(x!, 0, index(), s!), () => [leaf(3, 2), leaf(3, 2)]],
    ['scatterAdd of less', (x, s) => T.scatterAdd(x!, 1, ids([[2, 2]]), s!), () => [leaf(3, 4), leaf(2, 3)]],
    ['indexSelect', (x) => T.indexSelect(x!, 1, ids([2, 0, 2])), () => [leaf(2, 3, 2)]],
    ['maskedFill', (x, v) => T.maskedFill(x!, mask([true, false, true]), v!), () => [leaf(2, 3), leaf()]],
  ]

  const moving: Row[] = [
    ['split', (x) => T.split(x!, [1, 0, 3], 1), () => [leaf(2, 4)]],
    ['split in equal parts', (x) => T.split(x!, 3), () => [leaf(4, 2)]],
    ['chunk', (x) => T.chunk(x!, 3, -1), () => [leaf(2, 7)]],
    ['part of a split', (x) => T.split(x!, 2)[1]!, () => [leaf(5)]],
    [
      'cat with nothing',
      (x, y) => T.cat([tensor([], { dtype, backend }), x!, y!], 1),
      () => [leaf(2, 3), leaf(2, 1)],
    ],
    ['diag of a matrix', (x) => T.diag(x!, -1), () => [leaf(4, 3)]],
    ['diag of a vector', (x) => T.diag(x!, 2), () => [leaf(3)]],
    ['tril', (x) => T.tril(x!, 1), () => [leaf(2, 3, 4)]],
    ['triu', (x) => T.triu(x!, -1), () => [leaf(4, 3)]],
    ['broadcastTo', (x) => T.broadcastTo(x!, [2, 3, 2]), () => [leaf(3, 1)]],
    ['movedim', (x) => T.movedim(x!, [0, 1], [2, 0]), () => [leaf(2, 3, 4)]],
    ['swapaxes', (x) => T.swapaxes(x!, 0, 2), () => [leaf(2, 3, 4)]],
    ['roll', (x) => T.roll(x!, [1, -5], [0, 1]), () => [leaf(3, 4)]],
    ['roll, flat', (x) => T.roll(x!, 2), () => [leaf(2, 3)]],
    ['repeat', (x) => T.repeat(x!, [2, 1, 3]), () => [leaf(2, 3)]],
    ['tile', (x) => T.tile(x!, [2]), () => [leaf(2, 3)]],
    ['repeatInterleave', (x) => T.repeatInterleave(x!, 2, { axis: 1 }), () => [leaf(2, 3)]],
    ['repeatInterleave, each its own', (x) => T.repeatInterleave(x!, [2, 0, 1]), () => [leaf(3)]],
    ['unfold with overlap', (x) => T.unfold(x!, 1, 3, 1), () => [leaf(2, 5, 2)]],
    ['unfold with gaps', (x) => T.unfold(x!, -1, 2, 3), () => [leaf(2, 6)]],
    ['squeeze of several', (x) => T.squeeze(x!, [0, -1, 1]), () => [leaf(1, 2, 1)]],
  ]

  const products: Row[] = [
    ['mm', T.mm, () => [leaf(2, 3), leaf(3, 4)]],
    ['bmm', T.bmm, () => [leaf(2, 2, 3), leaf(2, 3, 1)]],
    ['mv', T.mv, () => [leaf(2, 3), leaf(3)]],
    ['dot', T.dot, () => [leaf(3), leaf(3)]],
    ['outer', T.outer, () => [leaf(2), leaf(3)]],
    [
      'addmm',
      (x, a, b) => T.addmm(x!, a!, b!, { alpha: 0.5, beta: 2 }),
      () => [leaf(4), leaf(2, 3), leaf(3, 4)],
    ],
    ['baddbmm', (x, a, b) => T.baddbmm(x!, a!, b!), () => [leaf(2, 2, 1), leaf(2, 2, 3), leaf(2, 3, 1)]],
    [
      'tensordot',
      (a, b) =>
        T.tensordot(a!, b!, [
          [0, 2],
          [1, 0],
        ]),
      () => [leaf(2, 3, 4), leaf(4, 2)],
    ],
    ['tensordot over nothing', (a, b) => T.tensordot(a!, b!, 0), () => [leaf(2), leaf(3)]],
    ...(
      [
        ['ij,jk->ik', [2, 3], [3, 4]],
        ['bij,bjk', [2, 2, 3], [2, 3, 1]],
        ['ii->i', [3, 3]],
        ['iij->j', [2, 2, 3]],
        ['...ij->...ji', [2, 3, 4]],
        ['...ij,...j->...i', [2, 3, 4], [2, 4]],
        ['i,i->i', [3], [3]],
        ['ij,ij->i', [2, 3], [2, 3]],
        ['i,j', [2], [3]],
        ['ij->', [2, 3]],
        ['b...,b...->...', [2, 3, 1], [2, 1, 4]],
        ['ij,jk,kl->il', [2, 3], [3, 2], [2, 4]],
        ['ik,jk,k->ij', [2, 3], [4, 3], [3]],
        ['ij,kj->ik', [2, 1], [3, 4]],
      ] as [string, ...number[][]][]
    ).map(
      ([equation, ...shapes]): Row => [
        `einsum ${equation}`,
        (...xs) => T.einsum(equation, ...xs),
        () => shapes.map((shape) => leaf(...shape)),
      ],
    ),
  ]
  return [
    ['reductions', reductions],
    ['scans', scans],
    ['picking', picking],
    ['moving', moving],
    ['products', products],
  ]
}
