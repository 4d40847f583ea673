import { BYTES, type DType } from '../../dtype.js'
import { GATES } from '../kernels/recurrent.js'
import type { KernelAttrs, KernelName } from '../kernels.js'
import type { PlacedCall } from './encoders/call.js'
import { LOOP, WEIGHTS } from './encoders/stages.js'
import { type AnyCall, MOST } from './parts.js'

/** Nanoseconds of one thread's work below which cutting costs more than it brings. */
const GRAIN = 20_000

/**
 * Cuts a call into calls that can run at the same time: each writes its own part of the outputs. Every number is computed
 * in the same order as by the whole call, so the cut changes no bit; and it depends on sizes alone, never on how many
 * threads there are.
 *
 * @param kernel - the kernel
 * @param call - the call; it is not kept
 * @returns the parts; only the call itself where it is small or cannot be cut
 */
export function cut(kernel: KernelName, call: AnyCall): readonly AnyCall[] {
  const rule = RULES[kernel] as Rule<KernelName> | undefined
  return rule?.(call) ?? [call]
}

type Rule<K extends KernelName> = (call: PlacedCall<K>) => PlacedCall<K>[] | undefined

/** How many parts: as the work asks for, and as many as there are things to share out. */
function partsFor(nanoseconds: number, things: number): number {
  return Math.min(MOST, things, Math.floor(nanoseconds / GRAIN))
}

/** The parts [from, to) of `n` things in steps of `step`, for each a call. */
function each<C>(
  n: number,
  step: number,
  parts: number,
  make: (from: number, to: number, part: number) => C,
): C[] | undefined {
  if (parts < 2) return undefined
  const steps = Math.ceil(n / step)
  const at = (part: number) => Math.min(n, Math.floor((steps * part) / parts) * step)
  return Array.from({ length: parts }, (_, part) => make(at(part), at(part + 1), part))
}

const shift = (offset: number, elements: number, dtype: DType) => offset + elements * BYTES[dtype]

/** Element-wise calls on dense arrays of one length: `cost` nanoseconds an element. */
function dense<K extends KernelName>(cost: number, shared: readonly number[] = []): Rule<K> {
  return (call) => {
    const n = call.outputLengths[0]!
    return each(n, 64, partsFor(n * cost, Math.floor(n / 256)), (from, to) => ({
      ...call,
      inputs: call.inputs.map((at, i) => (shared.includes(i) ? at : shift(at, from, call.inputDTypes[i]!))),
      outputs: call.outputs.map((at, i) => shift(at, from, call.outputDTypes[i]!)),
      inputLengths: call.inputLengths.map((length, i) => (shared.includes(i) ? length : to - from)),
      outputLengths: call.outputLengths.map(() => to - from),
    }))
  }
}

/** Calls on rows: the attribute `rows` says how many, every operand has that many equal pieces but those that all share. */
function byRows<K extends KernelName>(
  key: string,
  cost: (attrs: KernelAttrs[K]) => number,
  shared: readonly number[] = [],
): Rule<K> {
  return (call) => {
    const n = (call.attrs as unknown as Record<string, number>)[key]!
    const piece = (length: number) => length / n
    return each(n, 1, partsFor(n * cost(call.attrs), n), (from, to) => ({
      ...call,
      inputs: call.inputs.map((at, i) =>
        shared.includes(i) ? at : shift(at, from * piece(call.inputLengths[i]!), call.inputDTypes[i]!),
      ),
      outputs: call.outputs.map((at, i) =>
        shift(at, from * piece(call.outputLengths[i]!), call.outputDTypes[i]!),
      ),
      inputLengths: call.inputLengths.map((length, i) =>
        shared.includes(i) ? length : piece(length) * (to - from),
      ),
      outputLengths: call.outputLengths.map((length) => piece(length) * (to - from)),
      attrs: { ...call.attrs, [key]: to - from },
    }))
  }
}

/** Broadcast calls: along the outermost dimension. `strides` are the attributes that tell how operands move. */
function walked<K extends 'binary' | 'compare' | 'where'>(
  cost: number,
  strides: (attrs: KernelAttrs[K]) => readonly (readonly number[])[],
): Rule<K> {
  return (call) => {
    const { shape } = call.attrs
    const n = shape[0] ?? 1
    const total = call.outputLengths[0]!
    const inner = total / n
    return each(
      n,
      shape.length === 1 ? 64 : 1,
      partsFor(total * cost, Math.max(1, shape.length === 1 ? n / 256 : n)),
      (from, to) => ({
        ...call,
        inputs: call.inputs.map((at, i) =>
          shift(at, from * (strides(call.attrs)[i]![0] ?? 0), call.inputDTypes[i]!),
        ),
        outputs: [shift(call.outputs[0]!, from * inner, call.outputDTypes[0]!)],
        outputLengths: [(to - from) * inner],
        attrs: { ...call.attrs, shape: [to - from, ...shape.slice(1)] },
      }),
    )
  }
}

/** Nanoseconds of a product: about 20 multiplications and additions each. */
const productCost = (m: number, n: number, k: number) => (m * n * k) / 20

/** By columns where there are more of them, so that each part packs its own, else by rows. */
const matmul: Rule<'matmul'> = (call) => {
  const { batch, m, n, k, aBatch, bBatch } = call.attrs
  const cost = productCost(m, n, k)
  const part = (first: Partial<PlacedCall<'matmul'>>, attrs: Partial<KernelAttrs['matmul']>) => ({
    ...call,
    ...first,
    attrs: { ...call.attrs, ...attrs },
  })
  const [a, b, bias] = call.inputs as [number, number, number]
  const [c] = call.outputs as [number]
  if (batch > 1 && !(bBatch === 0 && !call.attrs.transA && aBatch === m * k))
    return each(batch, 1, partsFor(batch * cost, batch), (from, to) =>
      part(
        {
          inputs: [a + 4 * from * aBatch, b + 4 * from * bBatch, bias],
          outputs: [c + 4 * from * m * n],
        },
        { batch: to - from },
      ),
    )
  const { transA, transB } = call.attrs
  const rows = batch * m // of one matrix: where B is shared, those of all A lie one below the other
  if (n >= rows)
    return each(n, 16, partsFor(batch * cost, Math.floor(n / 32)), (from, to) => ({
      ...part(
        { inputs: [a, b + 4 * from * (transB ? k : 1), bias + 4 * from], outputs: [c + 4 * from] },
        { batch: 1, m: rows, n: to - from },
      ),
      whole: call.attrs,
    }))
  return each(rows, 12, partsFor(batch * cost, Math.floor(rows / 24)), (from, to) => ({
    ...part(
      { inputs: [a + 4 * from * (transA ? 1 : k), b, bias], outputs: [c + 4 * from * n] },
      { batch: 1, m: to - from },
    ),
    whole: call.attrs,
  }))
}

/** Convolutions: by images. */
function byImages<K extends 'conv' | 'convInputGrad'>(key: 'x' | 'y'): Rule<K> {
  return (call) => {
    const { attrs } = call
    const size = (channels: number, spatial: readonly number[]) =>
      channels * spatial.reduce((p, q) => p * q, 1)
    const ins = size(attrs.inChannels, attrs.input)
    const outs = size(attrs.outChannels, attrs.output)
    const work = (outs * attrs.inChannels * attrs.kernel.reduce((p, q) => p * q, 1)) / attrs.groups / 15
    const [from0, to0] = key === 'x' ? [ins, outs] : [outs, ins]
    return each(attrs.batch, 1, partsFor(attrs.batch * work, attrs.batch), (from, to) => ({
      ...call,
      inputs: call.inputs.map((at, i) => (i === 0 ? at + 4 * from * from0 : at)),
      outputs: call.outputs.map((at) => at + 4 * from * to0),
      attrs: { ...attrs, batch: to - from },
    }))
  }
}

/** The gradient for the weights: by input channels, so that no patch is formed twice. */
const weightGrad: Rule<'convWeightGrad'> = (call) => {
  const { attrs } = call
  const product = (sizes: readonly number[]) => sizes.reduce((p, q) => p * q, 1)
  const { inChannels, outChannels, groups } = attrs
  if (groups > 1 || outChannels === 1) return undefined
  const work = (attrs.batch * outChannels * product(attrs.output) * product(attrs.kernel)) / 15
  const [y, x] = call.inputs as [number, number]
  const [w] = call.outputs as [number]
  return each(inChannels, 1, partsFor(inChannels * work, Math.floor(inChannels / 4)), (from, to) => ({
    ...call,
    inputs: [y, x + 4 * from * product(attrs.input)],
    outputs: [w + 4 * from * product(attrs.kernel)],
    attrs: { ...attrs, inChannels: to - from },
    whole: attrs,
  }))
}

/** Batch norm: by channels; `tensors` says which operands are [outer, channels, inner], the others have a number a channel. */
function byChannels<K extends 'channelNorm' | 'channelNormGrad'>(
  cost: number,
  inputs: readonly boolean[],
  outputs: readonly boolean[],
): Rule<K> {
  return (call) => {
    const { outer, channels, inner } = call.attrs
    const at = (from: number, tensor: boolean | undefined) => 4 * from * (tensor ? inner : 1)
    const parts = partsFor(outer * channels * inner * cost, Math.floor(channels / 8))
    return each(channels, 8, parts, (from, to) => ({
      ...call,
      inputs: call.inputs.map((a, i) => a + at(from, inputs[i])),
      outputs: call.outputs.map((a, i) => a + at(from, outputs[i])),
      attrs: { ...call.attrs, channels: to - from },
      whole: call.attrs,
    }))
  }
}

/**
 * Layer norm and its kin: by rows, in whole groups. `rows` says which operands are [rows, n]; statistics have a number a row,
 * weights are shared. Their gradients are sums over all rows, so a call that forms these is not cut.
 */
function normRows<K extends 'rowNorm' | 'rowNormGrad'>(
  cost: number,
  statistics: (call: PlacedCall<K>) => { readonly input?: number; readonly output?: number },
  tensors: readonly number[],
): Rule<K> {
  return (call) => {
    const { rows, n, groups } = call.attrs
    if (call.outputs.length > 2) return undefined
    const { input, output } = statistics(call)
    const part = (from: number, tensor: boolean, statistic: boolean) =>
      tensor ? 4 * from * n : statistic ? 4 * from : 0
    return each(rows, groups, partsFor(rows * n * cost, Math.floor(rows / groups)), (from, to) => ({
      ...call,
      inputs: call.inputs.map((at, i) => at + part(from, tensors.includes(i), i === input)),
      outputs: call.outputs.map((at, i) => at + part(from, i === 0, i === output)),
      attrs: { ...call.attrs, rows: to - from },
      whole: call.attrs,
    }))
  }
}

/** Recurrent layers: by sequences of the batch. */
const recurrent: Rule<'recurrent'> = (call) => {
  const { attrs } = call
  const { cell, time, batch, hidden, projection, lengths } = attrs
  const state = projection || hidden
  const wide = GATES[cell] * hidden
  const lstm = cell === 'lstm'
  const each1 = [
    wide,
    0,
    state,
    ...(cell === 'gru' ? [0] : []),
    ...(lstm ? [hidden] : []),
    ...(projection ? [0] : []),
  ]
  const inputs = [...each1, ...(lengths ? [1] : [])]
  const outputs = [state, wide, hidden, hidden]
  const cost = time * (productCost(1, wide, state) + 3 * wide)
  return each(batch, 1, partsFor(batch * cost, Math.floor(batch / 8)), (from, to) => ({
    ...call,
    inputs: call.inputs.map((at, i) => at + 4 * from * inputs[i]!),
    outputs: call.outputs.map((at, i) => at + 4 * from * outputs[i]!),
    attrs: { ...attrs, batch: to - from },
    whole: attrs,
  }))
}

/** Their gradients: back through the steps by sequences, then the weight gradients by columns of the gates. */
const recurrentGrad: Rule<'recurrentGrad'> = (call) => {
  const { attrs } = call
  const { cell, time, batch, hidden, projection, lengths } = attrs
  const state = projection || hidden
  const wide = GATES[cell] * hidden
  const gated = GATES[cell] > 1
  const lstm = cell === 'lstm'
  const inputs = [
    ...[state, state, 0, state, state],
    ...(gated ? [wide, hidden] : []),
    ...(lstm ? [hidden, hidden] : []),
    ...(projection ? [0, hidden] : []),
    ...(lengths ? [1] : []),
  ]
  const outputs = [wide, 0, state, lstm ? hidden : 0, 0]
  const cost = time * (productCost(1, wide, state) + 5 * wide)
  const loop = each(batch, 1, partsFor(batch * cost, Math.floor(batch / 8)), (from, to) => ({
    ...call,
    inputs: call.inputs.map((at, i) => at + 4 * from * inputs[i]!),
    outputs: call.outputs.map((at, i) => at + 4 * from * outputs[i]!),
    attrs: { ...attrs, batch: to - from },
    whole: attrs,
    stage: LOOP,
    range: [from, to] as const,
  }))
  if (!loop) return undefined
  const parts =
    cell === 'gruResetBefore' ? 1 : partsFor(productCost(wide, state, time * batch), Math.floor(wide / 24))
  const one = [{ ...call, stage: WEIGHTS }]
  const weights = each(wide, 12, parts, (from, to) => ({
    ...call,
    stage: WEIGHTS,
    range: [from, to] as const,
  }))
  return [...loop, ...(weights ?? one)]
}

const RULES: { readonly [K in KernelName]?: Rule<K> } = {
  unary: dense(0.7),
  activation: dense(0.8),
  activationGrad: dense(1),
  cast: dense(0.3),
  sgd: dense(0.5, [1]),
  adam: dense(1, [1]),
  rmsprop: dense(1, [1]),
  adadelta: dense(1.2, [1]),
  lion: dense(0.6, [1]),
  recurrent,
  recurrentGrad,
  binary: walked(0.35, ({ aStrides, bStrides }) => [aStrides, bStrides]),
  compare: walked(0.5, ({ aStrides, bStrides }) => [aStrides, bStrides]),
  where: walked(0.5, ({ cStrides, aStrides, bStrides }) => [cStrides, aStrides, bStrides]),
  softmax: byRows('rows', ({ n }) => n),
  softmaxGrad: byRows('rows', ({ n }) => n),
  crossEntropy: byRows('rows', ({ n }) => n),
  crossEntropyGrad: byRows('rows', ({ n }) => n),
  maxPool: byRows('planes', ({ output }) => output.reduce((p, q) => p * q, 8)),
  avgPool: byRows('planes', ({ output }) => output.reduce((p, q) => p * q, 4)),
  avgPoolGrad: byRows('planes', ({ output }) => output.reduce((p, q) => p * q, 4)),
  reduce: byRows('outer', ({ n, inner }) => (n * inner) / 4),
  matmul,
  conv: byImages('x'),
  convInputGrad: byImages('y'),
  convWeightGrad: weightGrad,
  rowNorm: normRows(1.2, () => ({ output: 1 }), [0]),
  rowNormGrad: normRows(1.5, () => ({ input: 2 }), [0, 1]),
  channelNorm: byChannels(1.2, [true], [true]),
  channelNormGrad: byChannels(1.5, [true, true], [true]),
}
