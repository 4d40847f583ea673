import { type FloatFunction, LARGEST, polynomial } from './function.js'

const UP = [64, 32, 16, 8, 4, 2, 1]

/** `e`, the whole number for which m = |x| 2^−e lies in [1, 2), and `m`; x is positive and finite. Nothing on the device gives it exactly. */
export const SPLIT =
  'let m=x;let e=0.0;' +
  'if(m<1.0){if(m<1.1754944e-38){m=m*8388608.0;e=-23.0;}' +
  UP.map((n) => `if(m<${2 ** (1 - n)}){m=m*${2 ** n};e=e-${n}.0;}`).join('') +
  `}else{${UP.map((n) => `if(m>=${2 ** n}){m=m*${2 ** -n};e=e+${n}.0;}`).join('')}}`

/** The same with m in [√½, √2) */
const NEAR_ONE = `${SPLIT}if(m>1.4142135){m=m*0.5;e=e+1.0;}`

/** What 0, negative numbers, ∞ and NaN give. */
const EDGES = `if(x<0.0){return nan;}if(x===0.0){return -inf;}if(x>${LARGEST}){return x;}if(!(x===x)){return x;}`

/** Logarithms. */
export const logarithms: Readonly<Record<string, FloatFunction>> = {
  /** e ln 2 + ln(1 + m) for √½ ≤ 1 + m < √2, by Cephes' polynomial for logf; ln 2 in two parts */
  logNear_: {
    parameters: ['m', 'e'],
    body:
      'const s=m*m;' +
      `const p=((${polynomial('m', [7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1])}*m)*s+e*(-0.00021219444));` +
      'return (m+(p-0.5*s))+e*0.693359375;',
  },
  /** ln x of positive, finite numbers */
  logPositive_: { parameters: ['x'], body: `${NEAR_ONE}return logNear_(m-1.0,e);` },
  log_: { parameters: ['x', 'inf', 'nan'], body: `${EDGES}return logPositive_(x);` },
  /** The logarithm to base 2, exact for powers of 2. */
  log2_: {
    parameters: ['x', 'inf', 'nan'],
    body: `${EDGES}${NEAR_ONE}return logNear_(m-1.0,0.0)*1.4426950408889634+e;`,
  },
  /** ln(1 + x); where 1 + x would lose digits that matter, x itself goes into the polynomial. */
  log1p_: {
    parameters: ['x', 'inf', 'nan'],
    body: 'if(x>-0.29){if(x<0.41){return logNear_(x,0.0);}}return log_(1.0+x,inf,nan);',
  },
  /** The same for 0 ≤ x ≤ 1 */
  log1pUnit_: {
    parameters: ['x'],
    body: 'if(x<0.41){return logNear_(x,0.0);}return logNear_((1.0+x)*0.5-1.0,1.0);',
  },
}
