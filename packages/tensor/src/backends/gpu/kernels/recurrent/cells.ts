import { GATES, type RecurrentAttrs } from '../../../kernels/recurrent.js'
import { divide, kernel, type Source } from '../../source.js'
import { byColumn, sum } from './text.js'

/**
 * What the record of a step has, in columns: the gates [width], p, q or c [hidden], with a projection m [hidden], and h [size]. A plain
 * cell's record is h.
 */
export function layoutOf({ cell, hidden, projection }: RecurrentAttrs) {
  const width = GATES[cell] * hidden
  const size = projection || hidden
  const h = GATES[cell] === 1 ? 0 : width + hidden + (projection ? hidden : 0)
  return { width, size, extra: width, m: width + hidden, h, row: h + size }
}

/** Its columns. */
export type Layout = ReturnType<typeof layoutOf>

/** A matrix [rows, columns] with its columns as rows: neighbouring threads then read neighbouring numbers. */
export function transpose(rows: number, columns: number): Source {
  return kernel(['w'], `${divide('r', 'i', rows)}const c=i-r*${rows};return w[c*${columns}+r];`)
}

/** How a launch finds its row, its column `j`, and ends in padded steps. */
function place(width: number, attrs: RecurrentAttrs, padded: string): string {
  const { lengths } = attrs
  return `${divide('row', 'i', width)}const j=i-row*${width};${lengths ? `if(t>=lengths[row]){${padded}}` : ''}`
}

const before = 'h[row*hStride+hAt'

/** The source of the pre-activations' launch: [batch, width] of w h + x, with their activation where nothing else goes into it. */
export function gatesSource(
  attrs: RecurrentAttrs,
  { width, size }: Layout,
  step: readonly [number, number],
): Source {
  const { cell, hidden } = attrs
  const wide = cell === 'gruResetBefore' ? 2 * hidden : width
  const product = sum(
    's',
    size,
    { h: ['row*hStride+hAt', 1], w: [`j*${step[0]}`, step[1]] },
    (at) => `h[${at.h}]*w[${at.w}]`,
  )
  const x = `x[(first+row)*${width}+j]`
  const head = ['x', 'w', 'h']
  const tail = ['first', 'hStride', 'hAt']
  const start = `${divide('row', 'i', wide)}const j=i-row*${wide};${product}`
  switch (cell) {
    case 'gru':
      return kernel(
        [...head, 'b', ...tail],
        `${start}const v=s+b[j];if(j<${2 * hidden}){return sigmoid_(${x}+v);}return v;`,
      )
    case 'gruResetBefore':
      return kernel([...head, ...tail], `${start}return sigmoid_(${x}+s);`)
    case 'lstm':
      return kernel(
        [...head, ...tail],
        `${start}const v=${x}+s;if(j>=${2 * hidden}&&j<${3 * hidden}){return tanh_(v);}return sigmoid_(v);`,
      )
    default: {
      const padding = attrs.lengths ? `if(t>=lengths[row]){return ${before}+j];}` : ''
      const f = cell === 'rnnTanh' ? 'return tanh_(v);' : 'if(v<=0.0){return 0.0;}return v;'
      return kernel(
        [...head, ...(attrs.lengths ? ['lengths'] : []), ...tail, ...(attrs.lengths ? ['t'] : [])],
        `${divide('row', 'i', wide)}const j=i-row*${wide};${padding}${product}const v=${x}+s;${f}`,
      )
    }
  }
}

/** The source of a gated recurrent unit's record: r, z, n, p or q, h. */
export function gruSource(attrs: RecurrentAttrs, layout: Layout, step: readonly [number, number]): Source {
  const { cell, hidden: H, lengths } = attrs
  const after = cell === 'gru'
  const pad = byColumn([4 * H, '0.0'], [`${before}+j-${4 * H}]`])
  const wide = after ? 3 * H : 2 * H // of the gates' launch
  const product = sum(
    's',
    H,
    { w: [`(k+${2 * H})*${step[0]}`, step[1]], r: [`row*${wide}`, 1], h: ['row*hStride+hAt', 1] },
    (at) => `w[${at.w}]*(a[${at.r}]*h[${at.h}])`,
  )
  return kernel(
    ['x', 'a', 'h', ...(after ? [] : ['w']), ...(lengths ? ['lengths'] : [])].concat(
      ['first', 'hStride', 'hAt'],
      lengths ? ['t'] : [],
    ),
    `${place(layout.row, attrs, pad)}const base=row*${wide};` +
      `if(j<${2 * H}){return a[base+j];}` +
      `let k=j-${2 * H};if(j>=${3 * H}){k=j-${3 * H};}if(j>=${4 * H}){k=j-${4 * H};}` +
      `const r=a[base+k];const z=a[base+k+${H}];const old=${before}+k];` +
      (after ? `const p=a[base+k+${2 * H}];` : 'const p=r*old;') +
      `if(j>=${3 * H}&&j<${4 * H}){return p;}` +
      `${after ? '' : product}const n=tanh_(x[(first+row)*${3 * H}+${2 * H}+k]+${after ? 'r*p' : 's'});` +
      `if(j<${3 * H}){return n;}return z*old+(1.0-z)*n;`,
  )
}

/** The source of the long short-term memory's record: i, f, g, o, c, h; or of c and m only, where h is a projection of m. */
export function lstmSource(attrs: RecurrentAttrs, layout: Layout): Source {
  const { hidden: H, lengths, projection } = attrs
  const from = projection ? 0 : 4 * H
  const c = `c[row*cStride+cAt+j-${from}]`
  const pad = projection
    ? byColumn([H, c], ['0.0'])
    : byColumn([from, '0.0'], [from + H, c], [`${before}+j-${from + H}]`])
  const copied = lengths && !projection
  return kernel(
    ['a', 'c', ...(copied ? ['h'] : []), ...(lengths ? ['lengths'] : [])].concat(
      ['cStride', 'cAt'],
      copied ? ['hStride', 'hAt'] : [],
      lengths ? ['t'] : [],
    ),
    `${place(projection ? 2 * H : layout.row, attrs, pad)}const base=row*${4 * H};` +
      (projection ? '' : `if(j<${from}){return a[base+j];}`) +
      `let k=j-${from};if(j>=${from + H}){k=j-${from + H};}` +
      `const cell=a[base+k+${H}]*c[row*cStride+cAt+k]+a[base+k]*a[base+k+${2 * H}];` +
      `if(j<${from + H}){return cell;}return a[base+k+${3 * H}]*tanh_(cell);`,
  )
}

/** The source of the record where h is a projection of m: i, f, g, o, c, m, h. */
export function projectedSource(
  attrs: RecurrentAttrs,
  layout: Layout,
  step: readonly [number, number],
): Source {
  const { hidden: H, lengths } = attrs
  const cells = `cells[row*${2 * H}+j-${4 * H}]`
  const pad = byColumn([4 * H, '0.0'], [6 * H, cells], [`${before}+j-${6 * H}]`])
  const product = sum(
    's',
    H,
    { w: [`(j-${6 * H})*${step[0]}`, step[1]], m: [`row*${2 * H}+${H}`, 1] },
    (at) => `wp[${at.w}]*cells[${at.m}]`,
  )
  return kernel(
    lengths ? ['a', 'cells', 'wp', 'h', 'lengths', 'hStride', 'hAt', 't'] : ['a', 'cells', 'wp'],
    place(layout.row, attrs, pad) +
      `if(j<${4 * H}){return a[row*${4 * H}+j];}if(j<${6 * H}){return ${cells};}${product}return s;`,
  )
}
