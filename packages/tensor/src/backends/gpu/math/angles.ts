import { type FloatFunction, LARGEST, polynomial } from './function.js'

const ATAN = polynomial('z', [8.05374449538e-2, -0.138776856032, 0.199777106478, -0.333329491539])
const ASIN = polynomial(
  'z',
  [4.2163199048e-2, 2.4181311049e-2, 4.5470025998e-2, 7.4953002686e-2, 0.16666752422],
)
const HALF_PI = '1.5707963267948966'
const PI = '3.141592653589793'

/** Angles, by the polynomials of Cephes. */
export const angles: Readonly<Record<string, FloatFunction>> = {
  /** arctan x for x ≥ 0 */
  atanPositive_: {
    parameters: ['x'],
    body:
      'let y=0.0;let t=x;' +
      `if(x>2.414213562373095){y=${HALF_PI};t=-1.0/x;}else{if(x>0.4142135623730951){y=0.7853981633974483;t=(x-1.0)/(x+1.0);}}` +
      `const z=t*t;return y+(((${ATAN}*z)*t)+t);`,
  },
  atan_: {
    parameters: ['x'],
    body: 'if(x<0.0){return -atanPositive_(-x);}if(x>0.0){return atanPositive_(x);}return x;',
  },
  /** arcsin x for 0 ≤ x ≤ ½ */
  asinSmall_: { parameters: ['x'], body: `const z=x*x;return x+(${ASIN}*z)*x;` },
  asin_: {
    parameters: ['x', 'nan'],
    body:
      'const t=Math.abs(x);if(t>1.0){return nan;}' +
      'if(t>0.5){const r=asinSmall_(Math.sqrt(0.5*(1.0-t)));' +
      `const y=${HALF_PI}-(r+r);if(x<0.0){return -y;}return y;}` +
      'return asinSmall_(x);',
  },
  acos_: {
    parameters: ['x', 'nan'],
    body:
      'const t=Math.abs(x);if(t>1.0){return nan;}' +
      'if(t>0.5){const r=asinSmall_(Math.sqrt(0.5*(1.0-t)));' +
      `if(x<0.0){return ${PI}-(r+r);}return r+r;}` +
      `return ${HALF_PI}-asinSmall_(x);`,
  },
  /** The angle of the point (x, y); the signs of zeros count. */
  atan2_: {
    parameters: ['y', 'x'],
    body:
      'if(!(x===x)){return x;}if(!(y===y)){return y;}' +
      'let a=Math.abs(x);let b=Math.abs(y);' +
      'if(a>1e37){a=a*9.313225746154785e-10;b=b*9.313225746154785e-10;}else{if(b>1e37){a=a*9.313225746154785e-10;b=b*9.313225746154785e-10;}}' +
      `let r=0.0;if(b>a){r=${HALF_PI};if(a>0.0){r=r-atanPositive_(a/b);}}` +
      `else{if(a>${LARGEST}){if(b>${LARGEST}){r=0.7853981633974483;}}else{if(b>0.0){r=atanPositive_(b/a);}}}` +
      // 1 / −0 is −∞
      `if(x<0.0){r=${PI}-r;}else{if(x===0.0){if(1.0/x<0.0){r=${PI}-r;}}}` +
      'if(y<0.0){return -r;}if(y===0.0){if(1.0/y<0.0){return -r;}}return r;',
  },
}
