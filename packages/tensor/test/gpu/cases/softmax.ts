import { expected, floats, generator, integers } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(6)
const { NaN: nan, POSITIVE_INFINITY: inf } = Number

/** Softmax and its logarithm of rows, and the gradients at what they should be. */
function softmaxes(what: string, rows: number, n: number, x: Float32Array, absolute = 2e-6): KernelCase[] {
  return [false, true].flatMap((log) => {
    const attrs = { rows, n, log }
    const outputs = [new Float32Array(rows * n)]
    const name = `${log ? 'logarithm, ' : ''}${what}`
    const y = Float32Array.from(expected('softmax', [x], outputs, attrs)[0]!)
    const g = floats(rows * n, random)
    const close = { ulps: 8, absolute: log ? absolute : 1e-8 }
    return [
      kernelCase({ what: name, kernel: 'softmax', inputs: [x], outputs, attrs, ...close }),
      kernelCase({ what: name, kernel: 'softmaxGrad', inputs: [g, y], outputs, attrs, absolute: 2e-6 }),
    ]
  })
}

/** Cross-entropy of rows, and its gradient. */
function entropies(what: string, rows: number, n: number, x: Float32Array, ignored = false): KernelCase[] {
  const target = integers(rows, random, n)
  const ignoreIndex = ignored ? target[0]! : -100
  if (!ignored && rows > 2) target[2] = -100
  const attrs = { rows, n, ignoreIndex }
  const outputs = [new Float32Array(rows), new Float32Array(2 * rows)]
  const norm = Float32Array.from(expected('crossEntropy', [x, target], outputs, attrs)[1]!)
  const back = [floats(rows, random), x, target, norm]
  return [
    kernelCase({ what, kernel: 'crossEntropy', inputs: [x, target], outputs, attrs, absolute: 2e-6 }),
    kernelCase({
      what,
      kernel: 'crossEntropyGrad',
      inputs: back,
      outputs: [new Float32Array(rows * n)],
      attrs,
      absolute: 1e-7,
    }),
  ]
}

const edges = Float32Array.of(
  ...[1000, 999, -1000, -inf, 3e38, 0, -3e38, 1, 1, nan, 2, 3],
  ...[inf, 1, 2, 3, -inf, -inf, -inf, -inf, -90, -100, -95, -190],
)

/** Long rows with what is special in parts of their own. */
const long = floats(5 * 700, random, 5)
long.fill(-inf, 0, 650)
long[700] = nan
long[1401] = inf
long.fill(-inf, 2100, 2800)
long[2801] = 500

export const softmax: readonly KernelCase[] = [
  ...softmaxes('short rows', 7, 10, floats(70, random, 4)),
  ...softmaxes('rows of one', 3, 1, floats(3, random)),
  ...softmaxes('rows', 5, 100, floats(500, random, 10), 4e-6),
  ...softmaxes('long rows', 3, 1200, floats(3600, random, 10), 4e-6),
  ...softmaxes('large and infinite logits', 6, 4, edges),
  ...softmaxes('special long rows', 5, 700, long, 5e-5),
  ...entropies('short rows', 7, 10, floats(70, random, 4)),
  ...entropies('short rows, an index ignored', 6, 3, floats(18, random, 4), true),
  ...entropies('rows', 5, 100, floats(500, random, 10)),
  ...entropies('long rows', 4, 1200, floats(4800, random, 10)),
  ...entropies('large and infinite logits', 6, 4, edges),
  ...entropies('special long rows', 5, 700, long),
  kernelCase({
    what: 'rows of nothing',
    kernel: 'crossEntropy',
    inputs: [new Float32Array(0), Int32Array.of(-1, -1)],
    outputs: [new Float32Array(2), new Float32Array(4)],
    attrs: { rows: 2, n: 0, ignoreIndex: -1 },
  }),
]
