import {
  argsort,
  embedding,
  gather,
  indexSelect,
  maskedFill,
  type ScatterOptions,
  scatter,
  scatterAdd,
  sort,
  takeAlongDim,
  topk,
  type ValuesAndIndices,
} from '@core/tensor'
import { type OpAdapter, type Output, op } from '../adapters.ts'
import type { Args } from '../args.ts'

function both({ values, indices }: ValuesAndIndices): Output {
  return [values, indices]
}

// Ours is always stable, so that `stable` asks for nothing.
function order(a: Args): { axis: number; descending: boolean } {
  a.boolean('stable')
  return { axis: a.number('dim', -1), descending: a.boolean('descending') }
}

/** Gathering, scattering, sorting. */
export const INDEXING: Readonly<Record<string, OpAdapter>> = {
  argsort: op('input dim descending', (a) => argsort(a.tensor('input'), order(a))),
  gather: op('input dim index', (a) => {
    a.boolean('sparse_grad') // a form of the gradient that we do not have; its values are the same
    return gather(a.tensor('input'), a.number('dim'), a.tensor('index'))
  }),
  index_select: op('input dim index', (a) =>
    indexSelect(a.tensor('input'), a.number('dim'), a.tensor('index')),
  ),
  masked_fill: op('input mask value', (a) =>
    maskedFill(a.tensor('input'), a.tensor('mask'), a.tensorLike('value')),
  ),
  // The test data base gives the table first.
  'nn.functional.embedding': op('weight input', (a) => {
    a.boolean('sparse') // a form of the gradient that we do not have; its values are the same
    return embedding(a.tensor('weight'), a.tensor('input'), a.rest())
  }),
  scatter: op('input dim index src', (a) => {
    const source = a.has('value') ? 'value' : 'src'
    const options: ScatterOptions = a.options('reduce')
    return scatter(a.tensor('input'), a.number('dim'), a.tensor('index'), a.tensorLike(source), options)
  }),
  scatter_add: op('input dim index src', (a) =>
    scatterAdd(a.tensor('input'), a.number('dim'), a.tensor('index'), a.tensor('src')),
  ),
  sort: op('input dim descending', (a) => both(sort(a.tensor('input'), order(a)))),
  take_along_dim: op('input indices dim', (a) =>
    takeAlongDim(a.tensor('input'), a.tensor('indices'), a.numberOr('dim')),
  ),
  topk: op('input k dim largest sorted', (a) => {
    a.boolean('sorted', true) // ours always is
    return both(
      topk(a.tensor('input'), a.number('k'), {
        axis: a.number('dim', -1),
        largest: a.boolean('largest', true),
      }),
    )
  }),
}
