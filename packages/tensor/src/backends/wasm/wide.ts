import type { ConvAttrs, Triple } from '../kernels/convolution.js'
import { UPDATES } from '../kernels/optim.js'
import { GATES } from '../kernels/recurrent.js'
import type { KernelAttrs, KernelName } from '../kernels.js'
import { CommandList } from './commands.js'
import { type Encoder, scratchBytes } from './encoders/call.js'
import { encoders } from './encoders/index.js'
import { compileBuild, type Kernels, link } from './load.js'

/** What became of the wish for the wide build. */
export interface Verdict {
  /** The build to use. */
  readonly build: 'relaxed' | 'wide'
  /** It, compiled. */
  readonly module: WebAssembly.Module
  /** Why it is not the wide one, in a sentence. */
  readonly reason?: string
}

/** What is needed of `process` and `node:v8`, where there are such. */
interface NodeProcess {
  readonly versions?: { readonly node?: string }
  getBuiltinModule?(name: string): { setFlagsFromString(flags: string): void } | undefined
}

/** V8's flags, in Node; undefined elsewhere. */
function v8Flags(): ((flags: string) => void) | undefined {
  const { process } = globalThis as { process?: NodeProcess }
  const v8 = process?.versions?.node ? process.getBuiltinModule?.('node:v8') : undefined
  return v8 && ((flags) => v8.setFlagsFromString(flags))
}

function nodeMajor(): number {
  const { process } = globalThis as { process?: NodeProcess }
  return Number.parseInt(process?.versions?.node ?? '0', 10)
}

/**
 * Compiles the wide build, has it compute the same as the relaxed one on random data, and races both for about a
 * millisecond. In Node this sets V8's process-wide, experimental flag `--experimental-wasm-revectorize`, which lets
 * V8 pack pairs of 128-bit operations into 256-bit ones.
 */
export function judge(relaxed: string, wide: string, shared = false): Verdict {
  const flags = v8Flags()
  if (flags && nodeMajor() < 24) {
    return {
      build: 'relaxed',
      module: compileBuild(relaxed, shared),
      reason: 'The wide kernels need Node 24 or later.',
    }
  }
  // Optimised at once, so that it is the final code which is checked and raced; the relaxed build as it is without the flag.
  flags?.('--no-liftoff')
  flags?.('--no-wasm-lazy-compilation')
  let narrow: WebAssembly.Module
  let broad: WebAssembly.Module
  try {
    narrow = compileBuild(relaxed, shared)
    flags?.('--experimental-wasm-revectorize')
    broad = compileBuild(wide, shared)
  } finally {
    flags?.('--liftoff')
    flags?.('--wasm-lazy-compilation')
  }
  const drop = (reason: string): Verdict => {
    flags?.('--no-experimental-wasm-revectorize')
    return {
      build: 'relaxed',
      module: narrow,
      reason: `The wide kernels were dropped because they ${reason}.`,
    }
  }
  const a = new Trial(narrow, shared)
  const b = new Trial(broad, shared)
  const wrong = a.differs(b)
  if (wrong) return drop(`compute ${wrong} otherwise than the relaxed ones`)
  if (!flags) {
    // The engine optimises what has been called often, beside us.
    for (const end = performance.now() + 30; performance.now() < end; ) {
      a.race()
      b.race()
    }
  }
  let slow = Infinity
  let fast = Infinity
  for (let i = 0; i < 5; i++) {
    slow = Math.min(slow, a.race())
    fast = Math.min(fast, b.race())
  }
  if (fast < slow) return { build: 'wide', module: broad }
  return drop(`are slower here: ${(fast / slow).toFixed(2)} times the relaxed ones' time`)
}

/** A call on the random data: lengths of inputs (negative: of integers) and outputs. */
interface Case {
  readonly kernel: KernelName
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly attrs: KernelAttrs[KernelName]
}

/** One call of every family of kernels, in sizes that have blocks, remainders and tails. */
function cases(): Case[] {
  const list: Case[] = []
  const add = <K extends KernelName>(kernel: K, inputs: number[], outputs: number[], attrs: KernelAttrs[K]) =>
    list.push({ kernel, inputs, outputs, attrs })
  const n = 77
  for (const op of [
    'neg',
    'abs',
    'sign',
    'square',
    'sqrt',
    'reciprocal',
    'exp',
    'log',
    'sin',
    'cos',
  ] as const) {
    add('unary', [n], [n], { op })
  }
  for (const op of ['relu', 'sigmoid', 'tanh', 'gelu', 'expm1', 'log1p', 'erf'] as const)
    add('unary', [n], [n], { op })
  for (const op of ['elu', 'silu', 'mish', 'geluTanh', 'softplus', 'softsign', 'hardswish'] as const) {
    add('activation', [n], [n], { op, a: 1, b: 1, c: 1 })
    add('activationGrad', [n, n], [n], { op, a: 1, b: 1, c: 1 })
  }
  const walk = { shape: [n], aStrides: [1], bStrides: [1] }
  for (const op of ['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum'] as const) {
    add('binary', [n, n], [n], { op, ...walk })
  }
  for (const op of ['reluGrad', 'sigmoidGrad', 'tanhGrad', 'geluGrad'] as const) {
    add('binary', [n, n], [n], { op, ...walk })
  }
  for (const op of ['sum', 'prod', 'max', 'min', 'sumSquares'] as const) {
    add('reduce', [2 * 150], [2], { op, outer: 2, n: 150, inner: 1 })
    add('reduce', [70 * 19], [19], { op, outer: 1, n: 70, inner: 19 })
  }
  for (const [m, k] of [
    [1, 70],
    [17, 270],
    [12, 8],
  ]) {
    for (const transA of [false, true]) {
      for (const transB of [false, true]) {
        const attrs = { batch: 1, m, n: 37, k, transA, transB, aBatch: 0, bBatch: 0, bias: true }
        add('matmul', [m * k, k * 37, 37], [m * 37], attrs)
      }
    }
  }
  const rows = 5
  const size = rows * n
  for (const log of [false, true]) {
    add('softmax', [size], [size], { rows, n, log })
    add('softmaxGrad', [size, size], [size], { rows, n, log })
  }
  add('crossEntropy', [size, -rows], [rows, rows], { rows, n, ignoreIndex: 3 })
  add('crossEntropyGrad', [rows, size, -rows, rows], [size], { rows, n, ignoreIndex: 3 })
  add('scatterAddRows', [rows * n, -rows], [8 * n], { count: rows, width: n, size: 8 })
  add('sgd', [n, 7], [n, n], { velocity: true })
  add('adam', [n, 11], [n, n, n, n], { amsgrad: true, infinity: false })
  add('adam', [n, 11], [n, n, n], { amsgrad: false, infinity: true })
  add('rmsprop', [n, 7], [n, n, n, n], { centered: true, momentum: true })
  add('adadelta', [n, 6], [n, n, n], {})
  add('lion', [n, 7], [n, n], {})
  for (const [cell, projection] of [
    ['rnnTanh', 0],
    ['rnnRelu', 0],
    ['gru', 0],
    ['gruResetBefore', 0],
    ['lstm', 0],
    ['lstm', 19],
  ] as const) {
    const [time, batch, hidden] = [2, 9, 21]
    const other = projection > 0 || cell === 'gruResetBefore'
    const attrs = { cell, time, batch, hidden, reverse: other, lengths: other, projection }
    const wide = GATES[cell] * hidden
    const state = batch * (projection || hidden)
    const cells = batch * hidden
    const [h, x, w] = [time * state, time * batch * wide, wide * (projection || hidden)]
    const more = cell === 'lstm' ? [cells] : cell === 'gru' ? [wide] : []
    const saved = GATES[cell] > 1 ? [x, time * cells] : []
    const shown = projection > 0 ? [time * cells] : []
    const matrix = projection > 0 ? [projection * hidden] : []
    const ends = other ? [-batch] : []
    add('recurrent', [x, w, state, ...more, ...matrix, ...ends], [h, ...saved, ...shown], attrs)
    add(
      'recurrentGrad',
      [
        h,
        state,
        w,
        state,
        h,
        ...saved,
        ...(cell === 'lstm' ? [cells, cells] : []),
        ...matrix,
        ...shown,
        ...ends,
      ],
      [x, w, state, ...more, ...matrix],
      attrs,
    )
  }
  for (const [groups, ins, outs] of [
    [1, 3, 18],
    [1, 18, 3],
    [3, 3, 3],
  ] as const) {
    const [x, w, y] = [2 * ins * 99, (outs * ins * 9) / groups, 2 * outs * 99]
    const window: Triple = [3, 1, 3]
    const one: Triple = [1, 1, 1]
    const plane: Triple = [9, 1, 11]
    const attrs: ConvAttrs = {
      ...{ batch: 2, groups, inChannels: ins, outChannels: outs, input: plane, output: plane },
      ...{ kernel: window, stride: one, dilation: one, padding: [1, 0, 1], bias: true },
    }
    add('conv', [x, w, outs], [y], attrs)
    add('convInputGrad', [y, w, ins], [x], attrs)
    add('convWeightGrad', [y, x], [w], attrs)
  }
  for (const [groups, inner] of [
    [1, 1],
    [5, 11],
  ] as const) {
    const weights = (groups * n) / inner
    const layout = { rows, n, groups, inner, eps: 0.1, centred: true, weight: true, bias: true }
    add('rowNorm', [size, weights, weights], [size, 4 * rows], layout)
    add('rowNormGrad', [size, size, 4 * rows, weights], [size, weights, weights], layout)
    const plain = { ...layout, centred: false, weight: false, bias: false }
    add('rowNorm', [size], [size, 4 * rows], plain)
    add('rowNormGrad', [size, size, 4 * rows], [size], plain)
    for (const fixed of [false, true]) {
      const [channels, all] = [19, 9 * 19 * inner]
      const attrs = { outer: 9, channels, inner, eps: 0.1, fixed, weight: true, bias: true }
      const stats = 4 * channels
      add(
        'channelNorm',
        [all, ...(fixed ? [stats] : []), channels, channels],
        fixed ? [all] : [all, stats],
        attrs,
      )
      add('channelNormGrad', [all, all, stats, channels], [all, channels, channels], attrs)
    }
  }
  return list
}

const PAGES = 40
const LIST_BYTES = 1 << 12
const RANDOM = 1 << 16 // floats that inputs are taken from
const SIDE = 192 // of the matrices that are raced

/** One build over a memory of its own, with the same random data in it. */
class Trial {
  private readonly memory: WebAssembly.Memory
  private readonly kernels: Kernels
  private readonly list: CommandList
  private readonly data: number

  constructor(module: WebAssembly.Module, shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared })
    this.kernels = link(module, this.memory)
    const start = (this.kernels.base + 63) & ~63
    this.list = new CommandList(this.memory.buffer, start, LIST_BYTES)
    this.data = start + LIST_BYTES
    const floats = new Float32Array(this.memory.buffer, this.data, RANDOM)
    let seed = 1
    for (let i = 0; i < RANDOM; i++) {
      seed = (seed * 16807) % 2147483647
      floats[i] = (seed / 2147483647) * 4 - 2
    }
    new Int32Array(this.memory.buffer, this.data, 64).set(Array.from({ length: 64 }, (_, i) => i % 8))
  }

  private call(c: Case): void {
    let input = this.data + 256
    let output = this.data + RANDOM * 4
    const place = (length: number) => {
      if (length < 0) return this.data
      const at = input
      input += (length * 4 + 63) & ~63
      return at
    }
    const inputs = c.inputs.map(place)
    const outputs = c.outputs.map((length) => {
      const at = output
      output += (length * 4 + 63) & ~63
      return at
    })
    if (c.kernel in UPDATES) {
      // Parameters and state are read, too; the numbers of a step are positive.
      new Float32Array(this.memory.buffer, outputs[0], 512).fill(0.5)
      new Float32Array(this.memory.buffer, inputs[1], 16).fill(0.5)
    }
    this.list.clear()
    const encode = encoders[c.kernel].encode as (list: CommandList, call: object) => void
    encode(this.list, {
      inputs,
      outputs,
      inputLengths: c.inputs,
      outputLengths: c.outputs,
      inputDTypes: c.inputs.map(() => 'float32'),
      outputDTypes: c.outputs.map(() => 'float32'),
      attrs: c.attrs,
      scratch: output,
    })
    if (
      output + scratchBytes(encoders[c.kernel] as Encoder<KernelName>, c.attrs) >
      this.memory.buffer.byteLength
    )
      throw new RangeError('memory')
    this.kernels.run(this.list.offset, this.list.count)
  }

  /** The kernel in which the two do not give the same bits. */
  differs(other: Trial): string | undefined {
    return cases().find((c) => {
      this.call(c)
      other.call(c)
      let output = RANDOM * 4
      return c.outputs.some((length) => {
        const a = new Int32Array(this.memory.buffer, this.data + output, length)
        const b = new Int32Array(other.memory.buffer, other.data + output, length)
        output += (length * 4 + 63) & ~63
        return a.some((word, i) => word !== b[i])
      })
    })?.kernel
  }

  /** Milliseconds for a matrix product. */
  race(): number {
    const size = SIDE * SIDE
    const attrs = {
      batch: 1,
      m: SIDE,
      n: SIDE,
      k: SIDE,
      transA: false,
      transB: false,
      aBatch: 0,
      bBatch: 0,
      bias: false,
    }
    const start = performance.now()
    this.call({ kernel: 'matmul', inputs: [size / 2, size / 2], outputs: [size], attrs })
    return performance.now() - start
  }
}
