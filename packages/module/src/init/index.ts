export { constant, type DiracOptions, dirac, eye, ones, zeros } from './constants.js'
export { orthogonal } from './orthogonal.js'
export {
  normal,
  type SparseOptions,
  sparse,
  type TruncatedNormalOptions,
  truncatedNormal,
  uniform,
} from './random.js'
export {
  calculateGain,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  type Nonlinearity,
  type XavierOptions,
  xavierNormal,
  xavierUniform,
} from './scaled.js'
