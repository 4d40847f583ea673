import {
  broadcastTo,
  cat,
  chunk,
  diag,
  expand,
  flatten,
  flip,
  movedim,
  narrow,
  permute,
  repeat,
  repeatInterleave,
  reshape,
  roll,
  select,
  slice,
  split,
  squeeze,
  stack,
  type Tensor,
  tile,
  transpose,
  tril,
  triu,
  unbind,
  unfold,
  unsqueeze,
} from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import { type OpAdapter, op } from '../adapters.ts'
import type { Args } from '../args.ts'
import type { Value } from '../values.ts'

/** PyTorch lets a single number have a dimension 0, too. */
function squeezed(a: Args): Tensor {
  const x = a.tensor('input')
  if (!a.has('dim')) return squeeze(x)
  const axes = a.numbers('dim')
  return x.rank === 0 ? x : squeeze(x, axes)
}

function transposed(a: Args): Tensor {
  const [x, i, j] = [a.tensor('input'), a.number('dim0'), a.number('dim1')]
  return x.rank === 0 ? x : transpose(x, i, j)
}

function cut(a: Args): Tensor[] {
  const sizes = a.has('split_size_or_sections') ? 'split_size_or_sections' : 'split_size'
  return split(a.tensor('input'), a.sizes(sizes), a.number('dim', 0))
}

function interleaved(a: Args): Tensor {
  const [x, repeats] = [a.tensor('input'), a.value('repeats')]
  const axis = a.numberOr('dim')
  a.numberOr('output_size') // says only what follows from the rest
  const options = axis === undefined ? {} : { axis }
  if (isTensor(repeats) || typeof repeats === 'number') return repeatInterleave(x, repeats as Tensor, options)
  throw a.unsupported('repeats')
}

/** Taken by `dim`, `start`, `end` and `step`, or as in square brackets: numbers and `{ slice }`, one for each axis. */
function sliced(a: Args): Tensor {
  const x = a.tensor('input')
  const dim = a.value('dim') ?? 0
  if (typeof dim === 'number')
    return slice(x, a.number('start', 0), a.numberOr('end'), { axis: dim, step: a.number('step', 1) })
  let [y, axis] = [x, 0]
  for (const index of Array.isArray(dim) ? (dim as readonly Value[]) : [dim]) {
    if (typeof index === 'number') y = select(y, axis, index)
    else if (typeof index === 'object' && index !== null && 'slice' in index) {
      const [start, end, step] = index.slice as unknown as (number | null)[]
      y = slice(y, start ?? 0, end ?? undefined, { axis: axis++, step: step ?? 1 })
    } else throw a.unsupported(`index: ${typeof index}`)
  }
  return y
}

function rolled(a: Args): Tensor {
  const [x, shifts] = [a.tensor('input'), a.sizes('shifts')]
  const axes = a.has('dims') ? a.numbers('dims') : []
  return axes.length === 0 ? roll(x, shifts) : roll(x, shifts, axes)
}

/** Ops that change shapes and move values. */
export const MOVEMENT: Readonly<Record<string, OpAdapter>> = {
  broadcast_to: op('input size', (a) => broadcastTo(a.tensor('input'), a.numbers('size'))),
  cat: op('tensors dim', (a) => cat(a.tensors('tensors'), a.number('dim', 0))),
  chunk: op('input chunks dim', (a) => chunk(a.tensor('input'), a.number('chunks'), a.number('dim', 0))),
  diag: op('input diagonal', (a) => diag(a.tensor('input'), a.number('diagonal', 0))),
  expand: op('input size', (a) => expand(a.tensor('input'), a.numbers('size'))),
  flatten: op('input start_dim end_dim', (a) =>
    flatten(a.tensor('input'), a.number('start_dim', 0), a.number('end_dim', -1)),
  ),
  flip: op('input dims', (a) => flip(a.tensor('input'), a.numbers('dims'))),
  movedim: op('input source destination', (a) =>
    movedim(a.tensor('input'), a.sizes('source'), a.sizes('destination')),
  ),
  narrow: op('input dim start length', (a) =>
    narrow(a.tensor('input'), a.number('dim'), a.number('start'), a.number('length')),
  ),
  permute: op('input dims', (a) => permute(a.tensor('input'), a.numbers('dims'))),
  repeat: op('input repeats', (a) => repeat(a.tensor('input'), a.numbers('repeats'))),
  repeat_interleave: op('input repeats dim', interleaved),
  reshape: op('input shape', (a) => reshape(a.tensor('input'), a.numbers('shape'))),
  roll: op('input shifts dims', rolled),
  select: op('input dim index', (a) => select(a.tensor('input'), a.number('dim'), a.number('index'))),
  slice: op('input dim start end step', sliced),
  split: op('input split_size dim', cut),
  'split.list_args': op('input split_size dim', cut),
  squeeze: op('input dim', squeezed),
  'squeeze.multiple': op('input dim', squeezed),
  stack: op('tensors dim', (a) => stack(a.tensors('tensors'), a.number('dim', 0))),
  tile: op('input dims', (a) => tile(a.tensor('input'), a.numbers('dims'))),
  transpose: op('input dim0 dim1', transposed),
  tril: op('input diagonal', (a) => tril(a.tensor('input'), a.number('diagonal', 0))),
  triu: op('input diagonal', (a) => triu(a.tensor('input'), a.number('diagonal', 0))),
  unbind: op('input dim', (a) => unbind(a.tensor('input'), a.number('dim', 0))),
  unfold: op('input dimension size step', (a) =>
    unfold(a.tensor('input'), a.number('dimension'), a.number('size'), a.number('step')),
  ),
  unsqueeze: op('input dim', (a) => unsqueeze(a.tensor('input'), a.number('dim'))),
}
