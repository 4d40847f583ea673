import type { CtcAttrs } from '../../../kernels/ctc.js'
import type { Launch, Lowering, Numbers } from '../../lowering.js'
import { split } from '../along/split.js'
import { labelsOf, logSum, peakOf, shiftOf, sized, sizesOf, stack, stateOf } from './states.js'

export const ctcGrad: Lowering<'ctcGrad'> = ({ inputs, attrs }, launch) => {
  const [g, logProbs, targets, steps, lengths, alpha] = inputs
  const { time, batch, classes, states, zeroInfinity } = attrs
  const sizes = sizesOf(attrs)
  const labels = labelsOf(launch, targets!, lengths!, attrs)
  const beta = backwardRows(launch, labels, logProbs!, [steps!, lengths!], attrs)
  const totals = launch(TOTALS, time * batch, [beta, alpha!, labels, steps!, ...sizes])
  const shares = launch(SHARES, time * batch * states, [beta, alpha!, totals, ...sizes])
  const first = launch(FIRST_OF, batch * classes, [labels, ...sizes])
  const next = launch(NEXT_OF, batch * states, [labels, ...sizes])
  const known = [g!, logProbs!, steps!, first, next, shares, totals, ...sizes]
  return [launch(GRADIENT, time * batch * classes, [...known, zeroInfinity ? 0 : Number.NaN])]
}

/** [time, batch, states + 1]: logarithms of the backward variables, from a sequence's last step on as at its end. */
function backwardRows(
  launch: Launch,
  labels: Numbers,
  logProbs: Numbers,
  [steps, lengths]: readonly [Numbers, Numbers],
  attrs: CtcAttrs,
): Numbers {
  const sizes = sizesOf(attrs)
  const size = attrs.batch * (attrs.states + 1)
  const rows = [launch(LAST, size, [lengths, ...sizes])]
  for (let t = attrs.time - 1; t > 0; t--)
    rows.push(launch(BEFORE, size, [rows.at(-1)!, labels, logProbs, steps, lengths, ...sizes, t]))
  return stack(launch, rows.reverse())
}

const ENDS = 'const l=2*lengths[n];if(s>l){return -INF;}if(s<l-1){return -INF;}return 0.0;'

const LAST = sized(['lengths'], `${stateOf('return 0.0;')}${ENDS}`)

/** `t` is the step after this one. */
const BEFORE = sized(
  ['after', 'labels', 'logProbs', 'steps', 'lengths'],
  `${stateOf(shiftOf('after'))}if(t>=steps[n]){${ENDS}}` +
    'const at=n*states+s;const own=labels[at];if(own<0){return -INF;}if(!(own>=0)){return NAN;}' +
    'const row=(t*batch+n)*classes;const a=after[i]+logProbs[row+own];let b=-INF;let c=-INF;' +
    'if(s<states-1){const one=labels[at+1];if(one>=0){b=after[i+1]+logProbs[row+one];}}' +
    'if(s<states-2){const two=labels[at+2];if(two>=0){if(two!==own){c=after[i+2]+logProbs[row+two];}}}' +
    `${logSum('a', 'b', 'c')}return sum-after[i-s+states];`,
  ['t'],
)

const own = (k: string) => `labels[n*states+${k}]>=0`
const both = (k: string) => `beta[i*(states+1)+${k}]+alpha[(n*time+t)*states+${k}]`

/** ln Σ α β of each step; −∞ where no alignment is possible. Two loops with a variable of one name are an error in gpu.js. */
const TOTALS = sized(
  ['beta', 'alpha', 'labels', 'steps'],
  `${split('t', 'n', 'i', 'batch')}if(t>=steps[n]){return 0.0;}` +
    `${peakOf(both('k'), own('k'))}if(peak===-INF){return -INF;}let sum=0.0;` +
    `for(let m=0;m<states;m++){if(${own('m')}){const v=${both('m')};sum=sum+exp_(v-peak);}}return peak+logPositive_(sum);`,
)

/** Each state's share of its step. */
const SHARES = sized(
  ['beta', 'alpha', 'totals'],
  `${split('r', 's', 'i', 'states')}${split('t', 'n', 'r', 'batch')}` +
    'return exp_(beta[r*(states+1)+s]+alpha[(n*time+t)*states+s]-totals[r]);',
)

// A class adds up the shares of its states, which are chained: it would take long to look through all states for each class.
const search = (more: string) => `for(let k=0;k<states;k++){if(labels[n*states+k]===c){${more}}}return -1.0;`

/** The first state of each class [batch, classes]; −1 where it has none. */
const FIRST_OF = sized(['labels'], `${split('n', 'c', 'i', 'classes')}${search('return 0.0+k;')}`)

/** The next state of the same class [batch, states]; −1 after the last one. */
const NEXT_OF = sized(
  ['labels'],
  `${split('n', 's', 'i', 'states')}const c=labels[i];${search('if(k>s){return 0.0+k;}')}`,
)

const GRADIENT = sized(
  ['g', 'logProbs', 'steps', 'first', 'next', 'shares', 'totals'],
  `${split('r', 'c', 'i', 'classes')}${split('t', 'n', 'r', 'batch')}` +
    'if(t>=steps[n]){return 0.0;}if(totals[r]===-INF){return impossible;}' +
    'let share=0.0;let s=first[n*classes+c];' +
    'for(let k=0;k<states;k++){if(s<0){break;}share=share+shares[r*states+s];s=next[n*states+s];}' +
    'return g[n]*(exp_(logProbs[i])-share);',
  ['impossible'],
)
