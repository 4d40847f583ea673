import { type FloatFunction, LARGEST, polynomial } from './function.js'
import { SPLIT } from './logarithms.js'

/** 1 where b is an odd whole number, else 0; floats from 2²⁴ on are even. */
const ODD = 'let odd=0.0;if(Math.abs(b)<16777216.0){if(b-2.0*Math.floor(b*0.5)===1.0){odd=1.0;}}'

/** Powers. */
export const powers: Readonly<Record<string, FloatFunction>> = {
  /** x cut to 11 or 12 binary digits, so that products of two such numbers are exact: rounded after an exact power of 2 has been applied. */
  top_: {
    parameters: ['x'],
    body:
      'if(x===0.0){return x;}const n=10.0-Math.floor(Math.log2(Math.abs(x)));let m=Math.abs(n);let f=1.0;let g=1.0;' +
      [64, 32, 16, 8, 4, 2, 1]
        .map((k) => `if(m>=${k}.0){f=f*${2 ** k};g=g*${2 ** -k};m=m-${k}.0;}`)
        .join('') +
      'if(n<0.0){return Math.floor(x*g+0.5)*f;}return Math.floor(x*f+0.5)*g;',
  },
  /**
   * a^b for 0 < a < ∞ and finite b, as 2^(b log₂ a). The error of the logarithm is magnified by the result's exponent, so it is formed as a
   * sum of two floats: with a = m 2ᵉ and s = (m − 1) / (m + 1), log₂ m = 2 log₂e (s + s³/3 + s⁵/5 + …); s, b and the
   * sum are split by top_.
   */
  powPositive_: {
    parameters: ['x', 'b', 'inf'],
    body:
      `${SPLIT}if(m>1.4142135){m=m*0.5;e=e+1.0;}` +
      'const u=m-1.0;const uh=top_(u);const ul=u-uh;const d=1.0+m;const q=u/d;const sh=top_(q);' +
      'const sl=((((u-2.0*sh)-sh*uh)-sh*ul))/d;const s=sh+sl;const z=s*s;' +
      `const w=z*${polynomial('z', [0.09090909090909091, 0.1111111111111111, 0.14285714285714285, 0.2, 0.3333333333333333])};` +
      'const lh=sh*2.884765625;const ll=sh*0.00062445677792681+(sl*2.8853900817779268+(s*w)*2.8853900817779268);' +
      'const th=top_(e+(lh+ll));const tl=((e-th)+lh)+ll;const bh=top_(b);const bl=b-bh;' +
      'const eh=bh*th;const el=bl*th+b*tl;const all=eh+el;' +
      'if(all>129.0){return inf;}if(all<-151.0){return 0.0;}' +
      'const n=Math.floor(all+0.5);const f=(eh-n)+el;' +
      `return scale_(expNear_(f*0.6931471805599453),n);`,
  },
  /** a^b with C's edges: 1 for b = 0, for a = 1, and for (−1)^±∞ */
  pow_: {
    parameters: ['a', 'b', 'inf', 'nan'],
    body:
      'if(b===0.0){return 1.0;}if(a===1.0){return 1.0;}if(!(a===a)){return a;}if(!(b===b)){return b;}' +
      'if(b===1.0){return a;}if(b===2.0){return a*a;}if(b===-1.0){return 1.0/a;}' +
      'const x=Math.abs(a);' +
      `if(b>${LARGEST}){if(x>1.0){return inf;}if(x<1.0){return 0.0;}return 1.0;}` +
      `if(b<-${LARGEST}){if(x>1.0){return 0.0;}if(x<1.0){return inf;}return 1.0;}` +
      `${ODD}let y=0.0;` +
      `if(x===0.0){if(b<0.0){y=inf;}if(odd>0.5){if(b<0.0){return 1.0/a;}return a;}return y;}` +
      `if(x>${LARGEST}){if(b>0.0){y=inf;}}else{` +
      'if(a<0.0){if(!(Math.floor(b)===b)){return nan;}}y=powPositive_(x,b,inf);}' +
      'if(a<0.0){if(odd>0.5){return -y;}}return y;',
  },
}
