import { type FloatFunction, polynomial } from './function.js'

/** Multiplies `y` by 2ⁿ in steps that are exact, as the device's powers of 2 need not be. */
function scaling(n: string): string {
  const steps = (up: boolean) =>
    [64, 64, 32, 16, 8, 4, 2, 1]
      .map((k) => `if(m>=${k}.0){y=y*${up ? 2 ** k : 2 ** -k};m=m-${k}.0;}`)
      .join('')
  return `const m0=${n};let m=Math.abs(m0);if(m0<0.0){${steps(false)}}else{${steps(true)}}`
}

/** e^r − 1 − r for |r| ≤ ½ ln 2: r² times Cephes' polynomial for expf. */
const TAIL = `${polynomial(
  'r',
  [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
)}*(r*r)`

/** `n` and `r` so that x = n ln 2 + r; ln 2 is in two parts, of which the first is short, so that its product is exact. */
const REDUCED = 'const n=Math.floor(t*1.4426950408889634+0.5);const r=((t-n*0.693359375)-n*(-0.000212194440))'

/** Cut off where all is decided; comparisons let NaN pass. */
const cut = (low: string, high: string) => `let t=x;if(t>${high}){t=${high};}if(t<${low}){t=${low};}`

/** Functions made of eˣ. */
export const exponentials: Readonly<Record<string, FloatFunction>> = {
  /** x 2ⁿ */
  scale_: {
    parameters: ['x', 'n'],
    body: `let y=x;${scaling('n')}return y;`,
  },
  /** e^r for |r| ≤ ½ ln 2 */
  expNear_: { parameters: ['r'], body: `return (${TAIL}+r)+1.0;` },
  /** e^(x + low), where low is small */
  expSum_: {
    parameters: ['x', 'low'],
    body: `${cut('-104.0', '89.0')}${REDUCED}+low;let y=(${TAIL}+r)+1.0;${scaling('n')}return y;`,
  },
  /** eˣ */
  exp_: {
    parameters: ['x'],
    body: `${cut('-104.0', '89.0')}${REDUCED};let y=(${TAIL}+r)+1.0;${scaling('n')}return y;`,
  },
  /** ½ eˣ for x ≥ 0, finite a little longer than eˣ */
  halfExp_: {
    parameters: ['x'],
    body: `let t=x;if(t>90.0){t=90.0;}${REDUCED};let y=(${TAIL}+r)+1.0;${scaling('n-1.0')}return y;`,
  },
  /** eˣ − 1 without cancellation */
  expm1_: {
    parameters: ['x'],
    // 2ⁿ p + 2ⁿ − 1, halved on the way, since 2ⁿ may be 2¹²⁸
    body:
      `${cut('-20.0', '89.0')}${REDUCED};const p=${TAIL}+r;if(n===0.0){return p;}` +
      `let y=1.0;${scaling('n-1.0')}const z=p*y+(y-0.5);return z+z;`,
  },
  sinh_: {
    parameters: ['x'],
    body:
      `const s=x*x;const t=Math.abs(x);` +
      `if(t<1.0){return x+(x*s)*${polynomial('s', [2.806280235745362e-6, 1.9838102161884308e-4, 8.333339355885983e-3, 0.1666666716337204])};}` +
      'const e=halfExp_(t);const y=e-0.25/e;if(x<0.0){return -y;}return y;',
  },
  cosh_: { parameters: ['x'], body: 'const e=halfExp_(Math.abs(x));return e+0.25/e;' },
  /** Near 0 Cephes' polynomial for tanhf, else by way of e^2x */
  tanh_: {
    parameters: ['x'],
    body:
      'const t=Math.abs(x);if(t>0.625){const y=1.0-2.0/(exp_(t+t)+1.0);if(x<0.0){return -y;}return y;}const s=x*x;' +
      `return x+(${polynomial('s', [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 0.133314422036, -0.333332819422])}*s)*x;`,
  },
  /** 1 / (1 + e⁻ˣ); only powers of e below 1 are formed, so that nothing overflows. */
  sigmoid_: {
    parameters: ['x'],
    body: 'const e=exp_(-Math.abs(x));if(x<0.0){return e/(1.0+e);}return 1.0/(1.0+e);',
  },
}
