import type { ActivationAttrs, ActivationOp } from '../../kernels/activation.js'
import type { Lowering, Numbers } from '../lowering.js'
import { kernel } from '../source.js'

const BETWEEN = 'let t=v;if(t<a){t=a;}if(t>b){t=b;}return t;'
/** min(max(v + 3, 0), 6) / 6 */
const RAMP = 'let t=v+3.0;if(t<0.0){t=0.0;}if(t>6.0){t=6.0;}t=t/6.0;'

/** What is returned for v = x[i] and the constants a, b, c. */
const CURVES: Readonly<Record<ActivationOp, string>> = {
  leakyRelu: 'if(v>0.0){return v;}return a*v;',
  elu: 'if(v>0.0){return b*v;}return a*expm1_(c*v);',
  silu: 'return gated_(v,v);',
  mish: 'return v*tanhSoftplus_(v);',
  geluTanh: 'return gated_(v,v*((v*v)*0.07135481627260025+1.5957691216057308));',
  softplus: 'const z=a*v;if(z>b){return v;}return softplus_(z)/a;',
  logSigmoid: 'return -softplus_(-v);',
  hardtanh: BETWEEN,
  clamp: BETWEEN,
  hardsigmoid: `${RAMP}return t;`,
  hardswish: `${RAMP}return v*t;`,
  hardshrink: 'if(v>=-a){if(v<=a){return 0.0;}}return v;',
  softshrink: 'if(v>a){return v-a;}if(v<-a){return v+a;}if(v===v){return 0.0;}return v;',
  threshold: 'if(v<=a){return b;}return v;',
  softsign: 'return v/(1.0+Math.abs(v));',
  tanhshrink: 'return v-tanh_(v);',
}

const SHRINK = 'if(v>=-a){if(v<=a){return 0.0;}}return u;'

/** What is returned for u = g[i], v = x[i]. */
const SLOPES: Readonly<Record<ActivationOp, string>> = {
  leakyRelu: 'if(v>0.0){return u;}return a*u;',
  elu: 'if(v<=0.0){return ((u*a)*c)*exp_(c*v);}return b*u;',
  silu: 'return (u*sigmoid_(v))*(1.0+v*sigmoid_(-v));',
  mish: 'const t=tanhSoftplus_(v);return u*(t+((v*sigmoid_(v))*tanhSoftplusRest_(v))*(1.0+t));',
  geluTanh:
    'if(v>10.0){return u;}if(v<-10.0){return u*0.0;}const s=v*v;' +
    'const w=v*(s*0.07135481627260025+1.5957691216057308);const e=exp_(-Math.abs(w));const d=1.0+e;' +
    'let y=1.0/d;if(w<0.0){y=e/d;}return u*(y+v*((e/(d*d))*(s*0.21406444881780076+1.5957691216057308)));',
  softplus: 'const z=a*v;if(z>b){return u;}return u*sigmoid_(z);',
  logSigmoid: 'return u*sigmoid_(-v);',
  hardtanh: 'if(v<=a){return 0.0;}if(v>=b){return 0.0;}return u;',
  clamp: 'if(v>=a){if(v<=b){return u;}}return 0.0;',
  hardsigmoid: 'if(v>-3.0){if(v<3.0){return u/6.0;}}return 0.0;',
  hardswish: 'if(v<=-3.0){return 0.0;}if(v<3.0){return u*(v/3.0+0.5);}return u;',
  hardshrink: SHRINK,
  softshrink: SHRINK,
  threshold: 'if(v<=a){return 0.0;}return u;',
  softsign: 'const d=1.0+Math.abs(v);return (u/d)/d;',
  tanhshrink: 'const t=tanh_(v);return (u*t)*t;',
}

/** Those constants that a body uses; beside float32 values they are float32, too. */
function constantsOf(body: string, attrs: ActivationAttrs): ['a' | 'b' | 'c', number][] {
  return (['a', 'b', 'c'] as const)
    .filter((name) => new RegExp(`\\b${name}\\b`).test(body))
    .map((name) => [name, Math.fround(attrs[name])])
}

const forward: Lowering<'activation'> = ({ inputs, outputLengths: [size], attrs }, launch) => {
  const body = CURVES[attrs.op]
  const constants = constantsOf(body, attrs)
  const source = kernel(['x', ...constants.map(([name]) => name)], `const v=x[i];${body}`)
  const args: (Numbers | number)[] = [...inputs, ...constants.map(([, value]) => value)]
  return [launch(source, size!, args)]
}

const backward: Lowering<'activationGrad'> = ({ inputs, outputLengths: [size], attrs }, launch) => {
  const body = SLOPES[attrs.op]
  const constants = constantsOf(body, attrs)
  const source = kernel(['g', 'x', ...constants.map(([name]) => name)], `const u=g[i];const v=x[i];${body}`)
  const args: (Numbers | number)[] = [...inputs, ...constants.map(([, value]) => value)]
  return [launch(source, size!, args)]
}

/** Functions with constants, and their gradients. */
export const activation = { activation: forward, activationGrad: backward }
