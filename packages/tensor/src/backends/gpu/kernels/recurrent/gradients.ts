import { GATES, type RecurrentAttrs } from '../../../kernels/recurrent.js'
import { divide, kernel, type Source } from '../../source.js'
import { byColumn, sum } from './text.js'

/**
 * What the record of a step's gradient has, in columns: what the gradient of x is of [width] (gru: then that of p [hidden]), what goes on
 * directly to the step before [hidden] (lstm: the gradient of c), and with a projection the gradient of h [size], from `state` on.
 */
export function layoutOf({ cell, hidden, projection }: RecurrentAttrs) {
  const width = GATES[cell] * hidden
  const size = projection || hidden
  const direct = cell === 'gru' ? width + hidden : width
  const state = direct + hidden
  return { width, size, direct, state, row: state + (projection ? size : 0) }
}

/** The source of a step's record. */
export function cellSource(attrs: RecurrentAttrs): Source {
  switch (attrs.cell) {
    case 'gru':
      return gru(attrs)
    case 'gruResetBefore':
      return gruResetBefore(attrs)
    case 'lstm':
      return lstm(attrs)
    default:
      return plain(attrs)
  }
}

/** A source whose threads know their row and column `j`, and whose padded steps give something else. */
function record(attrs: RecurrentAttrs, buffers: string[], numbers: string[], padded: string, body: string) {
  const { lengths, hidden } = attrs
  const { row } = layoutOf(attrs)
  return kernel(
    [...buffers, ...(lengths ? ['lengths'] : []), ...numbers, ...(lengths ? ['t'] : [])],
    `${divide('row', 'i', row)}const j=i-row*${row};const own=row*${hidden};const at=(first+row)*${hidden};` +
      `${lengths ? `if(t>=lengths[row]){${padded}}` : ''}${body}`,
  )
}

/** `let k`: the column within its part of the record, each `hidden` wide. */
const within = (hidden: number, parts: number) =>
  `let k=j;${Array.from({ length: parts - 1 }, (_, p) => `if(j>=${(p + 1) * hidden}){k=j-${(p + 1) * hidden};}`).join('')}`

/** dh f′ (h), through which the gradient goes on at once: the launch that would write it first costs more than to compute it again. */
function plain(attrs: RecurrentAttrs): Source {
  const { cell, hidden: H } = attrs
  const slope = (h: string) => (cell === 'rnnTanh' ? `(1.0-h[${h}]*h[${h}])` : `(h[${h}]>0.0?1.0:0.0)`)
  const q = (at: string, c: string) => `(carry[${c}]+dh[${at}])*${slope(at)}`
  const carried = 'row*stride+from'
  const product = sum(
    's',
    H,
    { d: ['at', 1], c: [carried, 1], w: [`j-${H}`, H] },
    (at) => `${q(at.d, at.c)}*w[${at.w}]`,
  )
  return record(
    attrs,
    ['dh', 'carry', 'h', 'w'],
    ['first', 'stride', 'from'],
    byColumn([H, '0.0'], [`carry[${carried}+j-${H}]`]),
    `if(j<${H}){return ${q('at+j', `${carried}+j`)};}${product}return s;`,
  )
}

/** dr, dz, dn, dn r, dh z. */
function gru(attrs: RecurrentAttrs): Source {
  const { hidden: H } = attrs
  return record(
    attrs,
    ['dh', 'carry', 'gates', 'h', 'p'],
    ['first', 'before'],
    'return 0.0;',
    `${within(H, 5)}const d=carry[own+k]+dh[at+k];const g=at*3.0+k;` +
      `const r=gates[g];const z=gates[g+${H}];const n=gates[g+${2 * H}];const dn=d*(1.0-z)*(1.0-n*n);` +
      `if(j>=${H}&&j<${2 * H}){return d*(h[(before+row)*${H}+k]-n)*z*(1.0-z);}` +
      byColumn([H, 'dn*p[at+k]*r*(1.0-r)'], [3 * H, 'dn'], [4 * H, 'dn*r'], ['d*z']),
  )
}

/** dr, dz, dn, dh z + dq r; dq = w_nᵀ dn. */
function gruResetBefore(attrs: RecurrentAttrs): Source {
  const { hidden: H } = attrs
  const z = (at: string) => `gates[${at}+${H}]`
  const n = (at: string) => `gates[${at}+${2 * H}]`
  const dn = (d: string, c: string, g: string) => `(carry[${c}]+dh[${d}])*(1.0-${z(g)})*(1.0-${n(g)}*${n(g)})`
  const product = sum(
    'dq',
    H,
    { d: ['at', 1], c: ['own', 1], g: ['at*3.0', 1], w: [`${2 * H * H}+k`, H] },
    (at) => `${dn(at.d, at.c, at.g)}*w[${at.w}]`,
  )
  return record(
    attrs,
    ['dh', 'carry', 'gates', 'h', 'w'],
    ['first', 'before'],
    'return 0.0;',
    `${within(H, 4)}const g=at*3.0+k;const z=${z('g')};const d=carry[own+k]+dh[at+k];const old=h[(before+row)*${H}+k];` +
      `if(j>=${H}&&j<${2 * H}){return d*(old-${n('g')})*z*(1.0-z);}` +
      `if(j>=${2 * H}&&j<${3 * H}){return ${dn('at+k', 'own+k', 'g')};}` +
      `${product}const r=gates[g];if(j<${H}){return dq*old*r*(1.0-r);}return d*z+dq*r;`,
  )
}

/** di, df, dg, do, dc f, and with a projection dh. */
function lstm(attrs: RecurrentAttrs): Source {
  const { hidden: H, projection } = attrs
  const { size, state } = layoutOf(attrs)
  const shown = `shown[row*${size + H}`
  const carried = 'dc[row*stride+from'
  const whole = projection ? `if(j>=${state}){return ${shown}+j-${state}];}` : ''
  return record(
    attrs,
    [...(projection ? ['shown'] : ['dh', 'carry']), 'gates', 'c', 'old', 'dc'],
    ['first', 'before', 'stride', 'from'],
    `if(j>=${4 * H}&&j<${5 * H}){return ${carried}+j-${4 * H}];}return 0.0;`,
    `${whole}${within(H, 5)}const dm=${projection ? `${shown}+${size}+k]` : 'carry[own+k]+dh[at+k]'};` +
      `const g=at*4.0+k;const x=gates[g];const f=gates[g+${H}];const y=gates[g+${2 * H}];const o=gates[g+${3 * H}];` +
      `const s=tanh_(c[at+k]);const d=${carried}+k]+dm*o*(1.0-s*s);` +
      `if(j>=${H}&&j<${2 * H}){return d*old[(before+row)*${H}+k]*f*(1.0-f);}` +
      byColumn([H, 'd*y*x*(1.0-x)'], [3 * H, 'd*x*(1.0-y*y)'], [4 * H, 'dm*s*o*(1.0-o)'], ['d*f']),
  )
}

/** The source of dh and dm = wpᵀ dh, [batch, size + hidden]. */
export function projectionSource({ hidden: H, projection: S }: RecurrentAttrs): Source {
  const d = (at: string, c: string) => `(carry[${c}]+dh[${at}])`
  const product = sum(
    's',
    S,
    { d: [`(first+row)*${S}`, 1], c: [`row*${S}`, 1], w: [`j-${S}`, H] },
    (at) => `${d(at.d, at.c)}*wp[${at.w}]`,
  )
  return kernel(
    ['dh', 'carry', 'wp', 'first'],
    `${divide('row', 'i', S + H)}const j=i-row*${S + H};` +
      `if(j<${S}){return ${d(`(first+row)*${S}+j`, `row*${S}+j`)};}${product}return s;`,
  )
}

/** The source of the gradient of the state before a step, [batch, size]: what goes on directly, and what went through the weights. */
export function throughWeights(attrs: RecurrentAttrs): Source {
  const { cell, hidden: H, lengths } = attrs
  const { width, size: S, direct, row } = layoutOf(attrs)
  const start = `row*${row}`
  const term = (at: { q: string; w: string }) => `q[${at.q}]*w[${at.w}]`
  const gates = cell === 'lstm' ? width : 2 * H
  const first = sum('s', gates, { q: [start, 1], w: ['j', S] }, term)
  const candidate =
    cell === 'gru' ? sum('n', H, { q: [`${start}+${3 * H}`, 1], w: [`${2 * H * S}+j`, S] }, term) : ''
  const result = cell === 'lstm' ? 's' : `q[${start}+${direct}+j]+s${cell === 'gru' ? '+n' : ''}`
  return kernel(
    lengths ? ['q', 'w', 'carry', 'lengths', 't'] : ['q', 'w'],
    `${divide('row', 'i', S)}const j=i-row*${S};${lengths ? `if(t>=lengths[row]){return carry[i];}` : ''}` +
      `${first}${candidate}return ${result};`,
  )
}
