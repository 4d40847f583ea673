import type { CtcAttrs } from '../../../kernels/ctc.js'
import type { Launch, Numbers } from '../../lowering.js'
import { kernel, type Source } from '../../source.js'
import { split } from '../along/split.js'

// One launch a step of time, in which all states of all sequences go on at once. A step's row holds, for each sequence, the logarithms of
// its variables at every state and, behind them, what the next row is shifted by, so that numbers stay small whatever the time:
// the largest of the row before, less the shift that has been made since. It is late by one step, but costs no launch.

/** Sizes are arguments: they change from batch to batch, and kernels take long to compile. */
const SIZES = ['time', 'batch', 'classes', 'states', 'blank', 'stride'] as const

/** A kernel of these buffers and of {@link SIZES}, then of `more` numbers. */
export function sized(buffers: readonly string[], body: string, more: readonly string[] = []): Source {
  return kernel([...buffers, ...SIZES, ...more], body)
}

/** What its sizes are. */
export function sizesOf(attrs: CtcAttrs): readonly number[] {
  const { time, batch, classes, states, blank, targetStride } = attrs
  return [time, batch, classes, states, blank, targetStride]
}

/** The class at each state [batch, states]: −1 beyond a sequence's own, NaN where lengths or labels do not fit. */
export function labelsOf(launch: Launch, targets: Numbers, lengths: Numbers, attrs: CtcAttrs): Numbers {
  const size = attrs.batch * attrs.states
  if (targets.length === 0) return launch(BLANKS, size, [lengths, ...sizesOf(attrs)])
  return launch(LABELS, size, [lengths, targets, ...sizesOf(attrs), targets.length])
}

const OWN_STATE =
  `${split('n', 's', 'i', 'states')}const length=lengths[n];` +
  'if(!(length>=0&&2*length<states)){return NAN;}if(s>2*length){return -1.0;}' +
  'const h=Math.floor(s*0.5);if(h*2===s){return blank;}'

const LABELS = sized(
  ['lengths', 'targets'],
  `${OWN_STATE}let start=n*stride;if(stride>0){if(length>stride){return NAN;}}` +
    'else{for(let k=0;k<batch;k++){if(k<n){start=start+lengths[k];}}}' +
    'const at=start+h;if(!(at>=0&&at<total)){return NAN;}' +
    'const label=targets[at];if(!(label>=0&&label<classes)){return NAN;}return label;',
  ['total'],
)
const BLANKS = sized(['lengths'], `${OWN_STATE}return NAN;`)

/** `let peak`, the largest of all states' values, told by `k`; NaN where one is. `also` must hold of those that count. */
export function peakOf(value: string, also = ''): string {
  const take = `const v=${value};if(v<=INF){if(v>peak){peak=v;}}else{bad=1.0;}`
  return (
    `let peak=-INF;let bad=0.0;for(let k=0;k<states;k++){${also === '' ? take : `if(${also}){${take}}`}}` +
    'if(bad>0.5){peak=NAN;}'
  )
}

/** `let sum = ln Σ eˣ` of three variables. */
export function logSum(a: string, b: string, c: string): string {
  return (
    `let top=${a};if(${b}>top){top=${b};}if(${c}>top){top=${c};}let sum=${a}+${b}+${c};` + // −∞, or NaN where one is
    `if(top>-INF){sum=top+logPositive_(exp_(${a}-top)+exp_(${b}-top)+exp_(${c}-top));}`
  )
}

/** The sequence `n` and the state `s` of thread `i` of a row; the thread behind the states returns what `shift` says. */
export function stateOf(shift: string): string {
  return `${split('n', 's', 'i', '(states+1)')}if(s===states){${shift}}`
}

/** The shift of the row after `row`. */
export function shiftOf(row: string): string {
  return `${peakOf(`${row}[i-states+k]`)}if(peak===-INF){return 0.0;}return peak-${row}[i];`
}

/** Arrays that one launch can read. */
const MOST = 7

/** Rows one after the other. */
export function stack(launch: Launch, rows: readonly Numbers[]): Numbers {
  let parts = rows
  while (parts.length > 1) {
    const joined: Numbers[] = []
    for (let p = 0; p < parts.length; p += MOST) joined.push(join(launch, parts.slice(p, p + MOST)))
    parts = joined
  }
  return parts[0]!
}

/** All but the last are of one length. */
function join(launch: Launch, parts: readonly Numbers[]): Numbers {
  if (parts.length === 1) return parts[0]!
  const names = parts.map((_, p) => `p${p}`)
  const last = parts.length - 1
  const reads = names.map((name, p) =>
    p < last
      ? `if(i<${p + 1}.0*length){return ${name}[i-${p}.0*length];}`
      : `return ${name}[i-${p}.0*length];`,
  )
  const length = parts[0]!.length
  const size = last * length + parts[last]!.length
  return launch(kernel([...names, 'length'], reads.join('')), size, [...parts, length])
}
