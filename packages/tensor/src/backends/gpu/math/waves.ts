import { type FloatFunction, LARGEST, polynomial } from './function.js'
import { SPLIT } from './logarithms.js'

const SIN = polynomial('z', [-1.9515295891e-4, 8.3321608736e-3, -0.16666654611])
const COS = polynomial('z', [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2])

/** π/2 in parts of eight digits, whose products with whole numbers below 2¹⁶ are exact, and what is left. */
const PARTS = (() => {
  const parts: number[] = []
  let rest = Math.PI / 2
  for (const digits of [7, 15, 23, 31]) {
    const part = Math.floor(rest * 2 ** digits) / 2 ** digits
    parts.push(part)
    rest -= part
  }
  return [...parts, rest]
})()

/** Up to here the products with the parts are exact. */
const EXACT = '98304.0'

/** 2/π in binary, twelve digits after the other. */
const TWO_OVER_PI = [2607, 2435, 1764, 3652, 338, 2556, 629, 2001, 3923, 1245, 3085, 2914, 2393, 2364, 1081]

/** How many quarters of a circle, `n`, and what is left of x, `r`. */
const REDUCED =
  `if(!(Math.abs(x)<=${LARGEST})){return nan;}let n=Math.floor(x*0.6366197723675814+0.5);let r=rest_(x,n);` +
  `if(Math.abs(x)>${EXACT}){const f=quarters_(Math.abs(x));n=Math.floor(f+0.5);r=(f-n)*1.5707963267948966;if(x<0.0){n=-n;r=-r;}}`

/** Sine, cosine and tangent. */
export const waves: Readonly<Record<string, FloatFunction>> = {
  /** x − n π/2 */
  rest_: {
    parameters: ['x', 'n'],
    body: `return ${PARTS.reduce((text, part) => `(${text}-n*${part})`, 'x')};`,
  },
  /** The k-th twelve digits of 2/π */
  twoOverPi_: {
    parameters: ['k'],
    body: `${TWO_OVER_PI.map((digits, k) => `if(k<${k}.5){return ${digits}.0;}`).join('')}return 0.0;`,
  },
  /** x · 2/π modulo 4 of large numbers x = m 2ᵉ: only digits of 2/π that matter are left of each product (Payne and Hanek). */
  quarters_: {
    parameters: ['x'],
    body:
      `${SPLIT}const mh=Math.floor(m*2048.0)*0.00048828125;const ml=m-mh;let a=0.0;let b=0.0;let k=0.0;` +
      `let s=scale_(1.0,e);for(let j=0;j<${TWO_OVER_PI.length};j++){s=s*0.000244140625;const c=twoOverPi_(k)*s;k=k+1.0;` +
      ['mh', 'ml']
        .map(
          (part, i) =>
            `let t${i}=${part}*c;t${i}=t${i}-4.0*Math.floor(t${i}*0.25);` +
            `const h${i}=Math.floor(t${i}*4096.0)*0.000244140625;a=a+h${i};b=b+(t${i}-h${i});`,
        )
        .join('') +
      '}a=a-4.0*Math.floor(a*0.25);return a+b;',
  },
  /** sin r for |r| ≤ π/4 */
  sinSmall_: { parameters: ['r'], body: `const z=r*r;return r+(${SIN}*z)*r;` },
  cosSmall_: { parameters: ['r'], body: `const z=r*r;return ((${COS}*z)*z-0.5*z)+1.0;` },
  /** sin(r + q π/2) */
  wave_: {
    parameters: ['r', 'q'],
    body:
      'const k=q-4.0*Math.floor(q*0.25);' +
      'if(k>2.5){return -cosSmall_(r);}if(k>1.5){return -sinSmall_(r);}' +
      'if(k>0.5){return cosSmall_(r);}return sinSmall_(r);',
  },
  sin_: {
    parameters: ['x', 'nan'],
    body: `${REDUCED}return wave_(r,n);`,
  },
  cos_: {
    parameters: ['x', 'nan'],
    body: `${REDUCED}return wave_(r,n+1.0);`,
  },
  tan_: {
    parameters: ['x', 'nan'],
    body: `${REDUCED}return wave_(r,n)/wave_(r,n+1.0);`,
  },
}
