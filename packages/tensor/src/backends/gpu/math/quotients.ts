import { type FloatFunction, LARGEST } from './function.js'

/**
 * |a| = q |b| + r for whole numbers up to 2²⁴, 0 < |b|: the quotient is first guessed a little too small, so that all products are
 * exact.
 */
const WHOLE =
  'const m=Math.abs(b);let r=Math.abs(a);let q=Math.floor((r/m)*0.9999995);r=r-q*m;' +
  'let p=Math.floor((r/m)*0.9999995);q=q+p;r=r-p*m;if(r>=m){q=q+1.0;r=r-m;}if(r>=m){q=q+1.0;r=r-m;}'

/** Quotients and remainders. Those of integers give 0 where b is 0; NaN stays. */
export const quotients: Readonly<Record<string, FloatFunction>> = {
  /** a / b; devices may divide by numbers above 2¹²⁶ as if they were infinite. */
  quotient_: {
    parameters: ['a', 'b'],
    body: 'if(Math.abs(b)>8e37){return (a*0.0625)/(b*0.0625);}return a/b;',
  },
  /** The exact remainder with the sign of a: halves of a multiple of b are taken off as long as they fit. */
  fmod_: {
    parameters: ['a', 'b', 'nan'],
    body:
      'if(!(a===a)){return a;}if(!(b===b)){return b;}' +
      `if(b===0.0){return nan;}let r=Math.abs(a);const m=Math.abs(b);if(r>${LARGEST}){return nan;}` +
      'if(r<m){return a;}let t=m;const h=r*0.5;' +
      'for(let k=0;k<280;k++){if(t>h){break;}t=t*2.0;}' +
      'for(let k=0;k<280;k++){if(r>=t){r=r-t;}t=t*0.5;if(t<m){break;}}' +
      'if(a<0.0){return -r;}return r;',
  },
  /** a − b ⌊a / b⌋ */
  remainder_: {
    parameters: ['a', 'b', 'nan'],
    body: 'const r=fmod_(a,b,nan);if(r<0.0){if(b>0.0){return r+b;}}if(r>0.0){if(b<0.0){return r+b;}}return r;',
  },
  /** The whole number nearest to q, where that may be missed by the error of a division. */
  whole_: {
    parameters: ['q'],
    body: 'if(Math.abs(q)<4194304.0){return Math.floor(q+0.5);}return q;',
  },
  /** ⌊a / b⌋ */
  floorDiv_: {
    parameters: ['a', 'b', 'nan'],
    body:
      'if(b===0.0){return a/b;}const r=fmod_(a,b,nan);let q=whole_(quotient_(a-r,b));' +
      'if(r<0.0){if(b>0.0){q=q-1.0;}}if(r>0.0){if(b<0.0){q=q-1.0;}}return q;',
  },
  /** trunc(a / b) */
  truncDiv_: {
    parameters: ['a', 'b', 'nan'],
    body:
      `if(b===0.0){return a/b;}if(Math.abs(a)>${LARGEST}){return a/b;}` +
      'return whole_(quotient_(a-fmod_(a,b,nan),b));',
  },
  fmodInt_: {
    parameters: ['a', 'b'],
    body: `if(b===0.0){return a-a;}${WHOLE}if(a<0.0){return -r;}return r;`,
  },
  remainderInt_: {
    parameters: ['a', 'b'],
    body: 'const r=fmodInt_(a,b);if(r<0.0){if(b>0.0){return r+b;}}if(r>0.0){if(b<0.0){return r+b;}}return r;',
  },
  truncDivInt_: {
    parameters: ['a', 'b'],
    body: `if(b===0.0){return a-a;}${WHOLE}if(a*b<0.0){return -q;}return q;`,
  },
  floorDivInt_: {
    parameters: ['a', 'b'],
    body: `if(b===0.0){return a-a;}${WHOLE}if(a*b<0.0){if(r>0.0){return -q-1.0;}return -q;}return q;`,
  },
  /** a + b of whole numbers, NaN beyond ±2²⁴: the sum itself would round 2²⁴ + 1 to 2²⁴. */
  addInt_: {
    parameters: ['a', 'b', 'nan'],
    body: 'if(b>16777216.0-a){return nan;}if(b<-16777216.0-a){return nan;}return a+b;',
  },
  /** Their product; 2²⁴ + 1, which would round to 2²⁴, has odd factors, 2²⁴ has not. */
  mulInt_: {
    parameters: ['a', 'b', 'nan'],
    body:
      'const y=a*b;const s=Math.abs(y);if(s>16777216.0){return nan;}' +
      'if(s===16777216.0){if(Math.abs(a)>1.0){if(Math.floor(a*0.5)*2.0<a){return nan;}}}return y;',
  },
}
