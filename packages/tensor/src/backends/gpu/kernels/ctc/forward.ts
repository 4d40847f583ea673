import type { CtcAttrs } from '../../../kernels/ctc.js'
import type { Launch, Lowering, Numbers } from '../../lowering.js'
import { kernel } from '../../source.js'
import { split } from '../along/split.js'
import { labelsOf, logSum, peakOf, shiftOf, sized, sizesOf, stack, stateOf } from './states.js'

export const ctc: Lowering<'ctc'> = ({ inputs, attrs }, launch) => {
  const [logProbs, targets, inputLengths, targetLengths] = inputs
  const { time, batch, states, zeroInfinity } = attrs
  const sizes = sizesOf(attrs)
  const impossible = zeroInfinity ? 0 : Number.POSITIVE_INFINITY
  if (time === 0) return [launch(NO_STEPS, batch, [targetLengths!, impossible]), null]
  const labels = labelsOf(launch, targets!, targetLengths!, attrs)
  const rows = forwardRows(launch, labels, logProbs!, attrs)
  const peaks = launch(PEAKS, time * batch, [rows, ...sizes])
  const known = [rows, peaks, inputLengths!, targetLengths!, ...sizes]
  return [launch(LOSS, batch, [...known, impossible]), launch(ALPHA, batch * time * states, known)]
}

const NO_STEPS = kernel(['lengths', 'impossible'], 'if(lengths[i]>0){return impossible;}return 0.0;')

/** [time, batch, states + 1]: logarithms of the forward variables, each step's with its shift behind. */
function forwardRows(launch: Launch, labels: Numbers, logProbs: Numbers, attrs: CtcAttrs): Numbers {
  const sizes = sizesOf(attrs)
  const size = attrs.batch * (attrs.states + 1)
  const rows = [launch(FIRST, size, [labels, logProbs, ...sizes])]
  for (let t = 1; t < attrs.time; t++)
    rows.push(launch(NEXT, size, [rows[t - 1]!, labels, logProbs, ...sizes, t]))
  return stack(launch, rows)
}

const emission = (t: string) =>
  'const at=n*states+s;const label=labels[at];if(label<0){return -INF;}if(!(label>=0)){return NAN;}' +
  `const emission=logProbs[(${t}*batch+n)*classes+label];`

const FIRST = sized(
  ['labels', 'logProbs'],
  `${stateOf('return 0.0;')}${emission('0.0')}if(s<2){return emission;}return emission-INF;`,
)

/** A state is entered from itself, from the one before it, and over a blank between different labels. */
const NEXT = sized(
  ['before', 'labels', 'logProbs'],
  `${stateOf(shiftOf('before'))}${emission('t')}` +
    'const a=before[i];let b=-INF;if(s>0){b=before[i-1];}' +
    'let c=-INF;if(s>1){const two=labels[at-2];if(two!==label){c=before[i-2];}}' +
    `${logSum('a', 'b', 'c')}return emission+sum-before[i-s+states];`,
  ['t'],
)

/** The largest of each row, 0 where nothing is possible. */
const PEAKS = sized(['rows'], `${peakOf('rows[i*(states+1)+k]')}if(peak===-INF){return 0.0;}return peak;`)

const ALPHA = sized(
  ['rows', 'peaks', 'steps', 'lengths'],
  `${split('q', 's', 'i', 'states')}${split('n', 't', 'q', 'time')}` +
    'if(t>=steps[n]){return 0.0;}if(s>2*lengths[n]){return 0.0;}' +
    'const r=t*batch+n;return rows[r*(states+1)+s]-peaks[r];',
)

/** −ln of what ends in one of the last two states, with all shifts that were made on the way, added up in blocks of 64. */
const LOSS = sized(
  ['rows', 'peaks', 'steps', 'lengths'],
  'const n=steps[i];const l=2*lengths[i];if(!(n>=0&&n<=time)){return NAN;}if(!(l>=0&&l<states)){return NAN;}' +
    'if(n<1){if(l>0){return impossible;}return 0.0;}' +
    'const r=(n-1)*batch+i;const peak=peaks[r];const end=r*(states+1)+l;' +
    'const a=rows[end]-peak;let b=-INF;const c=-INF;if(l>0){b=rows[end-1]-peak;}' +
    `${logSum('a', 'b', 'c')}if(sum===-INF){return impossible;}` +
    'let total=0.0;for(let t=0;t<n-1;t=t+64){let part=0.0;for(let m=0;m<64;m++){' +
    'if(t+m<n-1){part=part+rows[((t+m)*batch+i)*(states+1)+states];}}total=total+part;}' +
    'return 0.0-(total+(peak+sum));',
  ['impossible'],
)
