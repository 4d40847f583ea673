import type { Lowering } from '../../lowering.js'
import { kernel } from '../../source.js'
import { orderOf } from './order.js'
import { PLACE } from './split.js'

const SORTED = kernel(['x', 'index', 'n', 'inner'], `${PLACE}const at=index[i];return x[base+at*inner];`)

export const sort: Lowering<'sort'> = ({ inputs: [x], attrs }, launch) => {
  const { rows, n, descending } = attrs
  const index = orderOf(launch, x!, { outer: rows, n, inner: 1 }, descending)
  return [launch(SORTED, rows * n, [x!, index, n, 1]), index]
}
