import { type FloatFunction, polynomial } from './function.js'

/** The normal distribution, and what is gated by it or by the logistic one. */
export const gates: Readonly<Record<string, FloatFunction>> = {
  /** exp(−x²/2) for |x| ≤ 14.5; x² is split into an exact part and a small rest, so that its rounding does not matter. */
  bell_: {
    parameters: ['x'],
    body: 'const h=Math.floor(x*256.0)*0.00390625;return expSum_((h*h)*(-0.5),((x-h)*(x+h))*(-0.5));',
  },
  /** Φ(−x) for 0 ≤ x ≤ 14.5, given e = exp(−x²/2): t P(t) e, t = 1 / (1 + 0.35 x), with a relative error of 4e-8 */
  normalTail_: {
    parameters: ['x', 'e'],
    body: `const t=1.0/(1.0+x*0.35);return (${polynomial(
      't',
      [
        -0.02973227570923569, 0.14678398560454578, -0.26141054231481986, 0.1655101638477521,
        -0.027321909964754847, 0.1072124991658082, 0.11942509271009377, 0.13991433389569388,
        0.13961863501351068,
      ],
    )}*t)*e;`,
  },
  /** 2/√π ∫₀ˣ e^(−t²) dt for |x| ≤ 1 */
  erfSmall_: {
    parameters: ['x'],
    body: `const s=x*x;return x+x*${polynomial('s', [7.875874871388078e-5, -0.000801686430349946, 0.005189087241888046, -0.02685421146452427, 0.11283594369888306, -0.3761262595653534, 0.12837916626512624])};`,
  },
  /** The same for all x; from 1 on 1 − 2 Φ(−√2 x) */
  erf_: {
    parameters: ['x'],
    body:
      'const a=Math.abs(x);if(a<1.0){return erfSmall_(x);}' +
      'let z=a*1.4142135623730951;if(z>14.5){z=14.5;}const q=normalTail_(z,bell_(z));' +
      'if(x<0.0){return (q+q)-1.0;}return 1.0-(q+q);',
  },
  /** x Φ(x) */
  gelu_: {
    parameters: ['x'],
    body:
      'if(x<-14.5){return 0.0;}let z=Math.abs(x);if(z<0.8){return x*(0.5+0.5*erfSmall_(x*0.7071067811865476));}' +
      'if(z>14.5){z=14.5;}const q=normalTail_(z,bell_(z));' +
      'if(x<0.0){return x*q;}return x*(1.0-q);',
  },
  /** Its derivative, Φ(x) + x φ(x) */
  geluSlope_: {
    parameters: ['x'],
    body:
      'let z=Math.abs(x);if(z>14.5){z=14.5;}const e=bell_(z);const q=normalTail_(z,e);' +
      'const p=(z*0.3989422804014327)*e;if(x<0.0){return q-p;}return (1.0-q)+p;',
  },
  /** x σ(v); only powers of e below 1 are formed. */
  gated_: {
    parameters: ['x', 'v'],
    body: 'const e=exp_(-Math.abs(v));if(v<0.0){return (x*e)/(1.0+e);}return x/(1.0+e);',
  },
  /** ln(1 + eˣ) */
  softplus_: {
    parameters: ['x'],
    body: 'const y=log1pUnit_(exp_(-Math.abs(x)));if(x>0.0){return x+y;}return y;',
  },
  /** tanh(ln(1 + eˣ)), a quotient without cancellation */
  tanhSoftplus_: {
    parameters: ['x'],
    body:
      'const e=exp_(-Math.abs(x));if(x>0.0){const n=1.0+2.0*e;return n/(n+2.0*e*e);}' +
      'const d=e*(e+2.0);return d/(d+2.0);',
  },
  /** 1 less it */
  tanhSoftplusRest_: {
    parameters: ['x'],
    body:
      'const e=exp_(-Math.abs(x));if(x>0.0){const n=2.0*e*e;return n/((1.0+2.0*e)+n);}' +
      'return 2.0/(e*(e+2.0)+2.0);',
  },
}
