import type { BinaryOp, CompareOp, UnaryOp } from '../../kernels.js'
import * as op from '../opcodes.js'
import { type Encoder, elementBytes } from './call.js'

const UNARY: Readonly<Record<UnaryOp, number>> = {
  neg: op.NEG,
  abs: op.ABS,
  sign: op.SIGN,
  square: op.SQUARE,
  sqrt: op.SQRT,
  reciprocal: op.RECIPROCAL,
  exp: op.EXP,
  log: op.LOG,
  sin: op.SIN,
  cos: op.COS,
  relu: op.RELU,
  sigmoid: op.SIGMOID,
  tanh: op.TANH,
  gelu: op.GELU,
  rsqrt: op.RSQRT,
  expm1: op.EXPM1,
  log1p: op.LOG1P,
  log2: op.LOG2,
  erf: op.ERF,
  sinh: op.SINH,
  cosh: op.COSH,
  tan: op.TAN,
  asin: op.ASIN,
  acos: op.ACOS,
  atan: op.ATAN,
  ceil: op.CEIL,
  floor: op.FLOOR,
  round: op.ROUND,
  trunc: op.TRUNC,
  logicalNot: op.LOGICAL_NOT,
}
const UNARY_INT: { readonly [K in UnaryOp]?: number } = {
  neg: op.NEG_INT,
  abs: op.ABS_INT,
  sign: op.SIGN_INT,
  square: op.SQUARE_INT,
}
const BINARY: Readonly<Record<BinaryOp, number>> = {
  add: op.ADD,
  sub: op.SUB,
  mul: op.MUL,
  div: op.DIV,
  pow: op.POW,
  maximum: op.MAXIMUM,
  minimum: op.MINIMUM,
  reluGrad: op.RELU_GRAD,
  sigmoidGrad: op.SIGMOID_GRAD,
  tanhGrad: op.TANH_GRAD,
  geluGrad: op.GELU_GRAD,
  atan2: op.ATAN2,
  fmod: op.FMOD,
  remainder: op.REMAINDER,
  floorDiv: op.FLOOR_DIV,
  truncDiv: op.TRUNC_DIV,
  prelu: op.PRELU,
}
const BINARY_INT: { readonly [K in BinaryOp]?: number } = {
  add: op.ADD_INT,
  sub: op.SUB_INT,
  mul: op.MUL_INT,
  maximum: op.MAXIMUM_INT,
  minimum: op.MINIMUM_INT,
  fmod: op.FMOD_INT,
  remainder: op.REMAINDER_INT,
  floorDiv: op.FLOOR_DIV_INT,
  truncDiv: op.TRUNC_DIV_INT,
}
const COMPARE: Readonly<Record<CompareOp, number>> = {
  eq: op.EQ,
  ne: op.NE,
  lt: op.LT,
  le: op.LE,
  gt: op.GT,
  ge: op.GE,
}

export const unary: Encoder<'unary'> = {
  encode(list, { inputs, outputs, outputLengths, inputDTypes, attrs }) {
    list.open(op.UNARY)
    list.int(inputDTypes[0] === 'int32' ? UNARY_INT[attrs.op]! : UNARY[attrs.op])
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(outputLengths[0])
    list.close()
  },
  supports([dtype], attrs) {
    if (dtype === 'bool') return attrs.op === 'logicalNot'
    return attrs.op !== 'logicalNot' && (dtype === 'float32' || UNARY_INT[attrs.op] !== undefined)
  },
}

export const binary: Encoder<'binary'> = {
  encode(list, { inputs, outputs, outputLengths, inputDTypes, attrs }) {
    const { shape, aStrides, bStrides } = attrs
    const f = inputDTypes[0] === 'int32' ? BINARY_INT[attrs.op]! : BINARY[attrs.op]
    if (shape.length <= 1 && aStrides[0] !== 0 && bStrides[0] !== 0) {
      list.open(op.BINARY)
      list.int(f)
      list.int(inputs[0])
      list.int(inputs[1])
      list.int(outputs[0])
      list.int(outputLengths[0])
    } else {
      list.open(op.BINARY_WALK)
      list.int(f)
      list.int(outputs[0])
      list.int(shape.length)
      list.int(inputs[0])
      list.int(inputs[1])
      list.ints(shape)
      list.ints(aStrides)
      list.ints(bStrides)
    }
    list.close()
  },
  supports([dtype], attrs) {
    return dtype === 'float32' || (dtype === 'int32' && BINARY_INT[attrs.op] !== undefined)
  },
}

export const compare: Encoder<'compare'> = {
  encode(list, { inputs, outputs, inputDTypes, attrs }) {
    const [dtype] = inputDTypes
    list.open(op.COMPARE)
    list.int(COMPARE[attrs.op] + (dtype === 'float32' ? 0 : op.COMPARE_INT))
    list.int(elementBytes(dtype))
    list.int(outputs[0])
    list.int(attrs.shape.length)
    list.int(inputs[0])
    list.int(inputs[1])
    list.ints(attrs.shape)
    list.ints(attrs.aStrides)
    list.ints(attrs.bStrides)
    list.close()
  },
}

export const where: Encoder<'where'> = {
  encode(list, { inputs, outputs, outputDTypes, attrs }) {
    list.open(op.WHERE)
    list.int(elementBytes(outputDTypes[0]))
    list.int(outputs[0])
    list.int(attrs.shape.length)
    list.ints(inputs)
    list.ints(attrs.shape)
    list.ints(attrs.cStrides)
    list.ints(attrs.aStrides)
    list.ints(attrs.bStrides)
    list.close()
  },
}
