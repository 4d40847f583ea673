import type { BinaryOp, CompareOp, UnaryOp } from '../../kernels.js'
import type { Lowering } from '../lowering.js'
import { kernel, walk } from '../source.js'

/** What is returned for v = x[i], floats. */
const UNARY: Readonly<Record<UnaryOp, string>> = {
  neg: 'return -v;',
  abs: 'return Math.abs(v);',
  sign: 'if(v>0.0){return 1.0;}if(v<0.0){return -1.0;}return v;',
  square: 'return v*v;',
  sqrt: 'if(v<0.0){return NAN;}return Math.sqrt(v);',
  reciprocal: 'return quotient_(1.0,v);',
  exp: 'return exp_(v);',
  log: 'return log_(v,INF,NAN);',
  sin: 'return sin_(v,NAN);',
  cos: 'return cos_(v,NAN);',
  relu: 'if(v<0.0){return 0.0;}return v;',
  sigmoid: 'return sigmoid_(v);',
  tanh: 'return tanh_(v);',
  gelu: 'return gelu_(v);',
  rsqrt: 'if(v<0.0){return NAN;}if(v===0.0){return 1.0/v;}return 1.0/Math.sqrt(v);',
  expm1: 'return expm1_(v);',
  log1p: 'return log1p_(v,INF,NAN);',
  log2: 'return log2_(v,INF,NAN);',
  erf: 'return erf_(v);',
  sinh: 'return sinh_(v);',
  cosh: 'return cosh_(v);',
  tan: 'return tan_(v,NAN);',
  asin: 'return asin_(v,NAN);',
  acos: 'return acos_(v,NAN);',
  atan: 'return atan_(v);',
  ceil: 'return Math.ceil(v);',
  floor: 'return Math.floor(v);',
  round:
    'const low=Math.floor(v);const rest=v-low;if(rest<0.5){return low;}if(rest>0.5){return low+1.0;}' +
    'if(rest===0.5){if(Math.floor(low*0.5)*2.0===low){return low;}return low+1.0;}return v;',
  trunc: 'if(v<0.0){return Math.ceil(v);}return Math.floor(v);',
  logicalNot: 'if(v===0.0){return 1.0;}return 0.0;',
}

/** What is returned for u = a[…], v = b[…], floats. */
const BINARY: Readonly<Record<BinaryOp, string>> = {
  add: 'return u+v;',
  sub: 'return u-v;',
  mul: 'return u*v;',
  div: 'return quotient_(u,v);',
  pow: 'return pow_(u,v,INF,NAN);',
  // the sum is NaN where one of them is
  maximum: 'if(u>v){return u;}if(v>=u){return v;}return u+v;',
  minimum: 'if(u<v){return u;}if(v<=u){return v;}return u+v;',
  atan2: 'return atan2_(u,v);',
  fmod: 'return fmod_(u,v,NAN);',
  remainder: 'return remainder_(u,v,NAN);',
  floorDiv: 'return floorDiv_(u,v,NAN);',
  truncDiv: 'return truncDiv_(u,v,NAN);',
  prelu: 'if(u>0.0){return u;}return u*v;',
  reluGrad: 'if(v<=0.0){return 0.0;}return u;',
  sigmoidGrad: 'return u*(v*(1.0-v));',
  tanhGrad: 'return u*((1.0-v)*(1.0+v));',
  geluGrad: 'return u*geluSlope_(v);',
}

/** The same for whole numbers, where it differs. */
const INT_UNARY: { readonly [K in UnaryOp]?: string } = { square: 'return mulInt_(v,v,NAN);' }
const INT_BINARY: { readonly [K in BinaryOp]?: string } = {
  add: 'return addInt_(u,v,NAN);',
  sub: 'return addInt_(u,-v,NAN);',
  mul: 'return mulInt_(u,v,NAN);',
  fmod: 'return fmodInt_(u,v);',
  remainder: 'return remainderInt_(u,v);',
  floorDiv: 'return floorDivInt_(u,v);',
  truncDiv: 'return truncDivInt_(u,v);',
}

const COMPARE: Readonly<Record<CompareOp, string>> = {
  eq: 'u===v',
  ne: '!(u===v)',
  lt: 'u<v',
  le: 'u<=v',
  gt: 'u>v',
  ge: 'u>=v',
}

const unary: Lowering<'unary'> = ({ inputs, inputDTypes, outputLengths: [size], attrs: { op } }, launch) => {
  const body = (inputDTypes[0] === 'int32' && INT_UNARY[op]) || UNARY[op]
  return [launch(kernel(['x'], `const v=x[i];${body}`), size!, inputs)]
}

const binary: Lowering<'binary'> = ({ inputs, inputDTypes, outputLengths: [size], attrs }, launch) => {
  const { op, shape, aStrides, bStrides } = attrs
  const body = (inputDTypes[0] === 'int32' && INT_BINARY[op]) || BINARY[op]
  const at = walk(shape, { p: { strides: aStrides }, q: { strides: bStrides } })
  return [launch(kernel(['a', 'b'], `${at}const u=a[p];const v=b[q];${body}`), size!, inputs)]
}

const compare: Lowering<'compare'> = ({ inputs, inputDTypes, outputLengths: [size], attrs }, launch) => {
  const { op, shape, aStrides, bStrides } = attrs
  const at = walk(shape, { p: { strides: aStrides }, q: { strides: bStrides } })
  // NaN stands for a whole number that is not known: neither is what comes of it.
  const known = inputDTypes[0] === 'int32' ? 'if(!(u===u)){return NAN;}if(!(v===v)){return NAN;}' : ''
  const body = `${at}const u=a[p];const v=b[q];${known}if(${COMPARE[op]}){return 1.0;}return 0.0;`
  return [launch(kernel(['a', 'b'], body), size!, inputs)]
}

const where: Lowering<'where'> = ({ inputs, outputLengths: [size], attrs }, launch) => {
  const { shape, cStrides, aStrides, bStrides } = attrs
  const at = walk(shape, { p: { strides: cStrides }, q: { strides: aStrides }, r: { strides: bStrides } })
  return [launch(kernel(['c', 'a', 'b'], `${at}if(c[p]===0.0){return b[r];}return a[q];`), size!, inputs)]
}

/** Functions of the elements of one, two or three tensors. */
export const elementwise = { unary, binary, compare, where }
