import {
  type AddProductOptions,
  addmm,
  baddbmm,
  bmm,
  dot,
  einsum,
  linear,
  matmul,
  mm,
  mv,
  outer,
  type Tensor,
  tensordot,
} from '@core/tensor'
import { type OpAdapter, op } from '../adapters.ts'
import type { Args } from '../args.ts'

function product(f: (a: Tensor, b: Tensor) => Tensor, second: string): OpAdapter {
  return op(`input ${second}`, (a) => f(a.tensor('input'), a.tensor(second)))
}

function weights(a: Args): AddProductOptions {
  return { alpha: a.number('alpha', 1), beta: a.number('beta', 1) }
}

function axes(a: Args): number | [number[], number[]] {
  const dims = a.value('dims') ?? 2
  if (typeof dims === 'number') return dims
  const lists = dims as unknown as (number | number[])[]
  return lists.map((d) => (typeof d === 'number' ? [d] : d)) as [number[], number[]]
}

/** Matrix products. */
export const MATMUL: Readonly<Record<string, OpAdapter>> = {
  addmm: op('input mat1 mat2', (a) =>
    addmm(a.tensor('input'), a.tensor('mat1'), a.tensor('mat2'), weights(a)),
  ),
  baddbmm: op('input batch1 batch2', (a) =>
    baddbmm(a.tensor('input'), a.tensor('batch1'), a.tensor('batch2'), weights(a)),
  ),
  bmm: product(bmm, 'mat2'),
  dot: product(dot, 'tensor'),
  einsum: op('operands equation', (a) => einsum(a.string('equation'), ...a.tensors('operands'))),
  matmul: product(matmul, 'other'),
  mm: product(mm, 'mat2'),
  mv: product(mv, 'vec'),
  'nn.functional.linear': op('input weight bias', (a) =>
    linear(a.tensor('input'), a.tensor('weight'), a.tensorOr('bias')),
  ),
  outer: product(outer, 'vec2'),
  tensordot: op('a b dims', (a) => tensordot(a.tensor('a'), a.tensor('b'), axes(a))),
}
