import type { Lowering } from '../lowering.js'
import { divide, kernel, literal } from '../source.js'
import { sumsOf } from './reduce/fold.js'
import { pathOf, straight } from './reduce/lines.js'
import { extreme, sums } from './reduce/sums.js'
import { powerSum, rowNorms } from './softmax/powers.js'

/** In rows up to this length each number's thread goes through the whole row: that costs less than further launches. */
const SHORT = 32

const rowOf = (n: number) => divide('u', 'i', n)

const softmaxRows: Lowering<'softmax'> = ({ inputs: [x], attrs: { rows, n, log } }, launch) => {
  const short = n <= SHORT
  const path = pathOf(straight(n, `u*${literal(n)}`, 1), 1)
  const norm = short
    ? `const q=0.0;${path.start}${extreme('a', path, '>')}p=u*${literal(n)};${powerSum('b', path, 'NAN')}`
    : 'const m=norm[2.0*u];const s=norm[2.0*u+1.0];'
  const result = log ? 'return d-log_(s,INF,NAN);' : 'return exp_(d)/s;'
  const source = kernel(
    short ? ['x'] : ['x', 'norm'],
    `${rowOf(n)}${norm}if(!(s===s)){return NAN;}const d=x[i]-m;${result}`,
  )
  return [launch(source, rows * n, short ? [x!] : [x!, rowNorms(launch, x!, rows, n)])]
}

const softmaxGrad: Lowering<'softmaxGrad'> = ({ inputs: [g, y], attrs: { rows, n, log } }, launch) => {
  const short = n <= SHORT
  const line = straight(n, `u*${literal(n)}`, 1)
  const path = pathOf(line, 1)
  const load = (k: string) => `const v${k}=${log ? 'g[p]' : 'g[p]*y[p]'};`
  const term = (k: string) => `v${k}`
  const total = short ? `const q=0.0;${path.start}${sums('a', path, load, { s: term })}` : 'const s=sums[u];'
  const result = log ? 'return g[i]-exp_(y[i])*s;' : 'return y[i]*(g[i]-s);'
  const source = kernel(short ? ['g', 'y'] : ['g', 'y', 'sums'], `${rowOf(n)}${total}${result}`)
  if (short) return [launch(source, rows * n, [g!, y!])]
  const fold = { units: rows, setup: '', line, load, ...(log ? reads({ g: g! }) : reads({ g: g!, y: y! })) }
  return [launch(source, rows * n, [g!, y!, sumsOf(launch, fold, [term])])]
}

function reads<T>(buffers: Readonly<Record<string, T>>): { parameters: string[]; args: T[] } {
  return { parameters: Object.keys(buffers), args: Object.values(buffers) }
}

const crossEntropy: Lowering<'crossEntropy'> = ({ inputs: [x, target], attrs }, launch) => {
  const { rows, n, ignoreIndex } = attrs
  const ignored = `const t=target[i];if(t===${literal(ignoreIndex)}){return 0.0;}`
  if (n === 0)
    return [
      launch(kernel(['target'], `${ignored}return NAN;`), rows, [target!]),
      launch(kernel([], `${divide('u', 'i', 2)}if(i-2.0*u<0.5){return -INF;}return 0.0;`), 2 * rows, []),
    ]
  const norm = rowNorms(launch, x!, rows, n)
  const source = kernel(
    ['x', 'target', 'norm'],
    `${ignored}const s=norm[2.0*i+1.0];if(!(s===s)){return NAN;}` +
      `return norm[2.0*i]-x[i*${literal(n)}+t]+log_(s,INF,NAN);`,
  )
  return [launch(source, rows, [x!, target!, norm]), norm]
}

const crossEntropyGrad: Lowering<'crossEntropyGrad'> = ({ inputs, attrs }, launch) => {
  const { rows, n, ignoreIndex } = attrs
  const source = kernel(
    ['g', 'x', 'target', 'norm'],
    `${rowOf(n)}const t=target[u];if(t===${literal(ignoreIndex)}){return 0.0;}` +
      `const s=norm[2.0*u+1.0];if(!(s===s)){return NAN;}let y=exp_(x[i]-norm[2.0*u])/s;` +
      `if(i-u*${literal(n)}===t){y=y-1.0;}return g[u]*y;`,
  )
  return [launch(source, rows * n, inputs)]
}

/** Kernels: softmax softmaxGrad crossEntropy crossEntropyGrad. */
export const softmax = { softmax: softmaxRows, softmaxGrad, crossEntropy, crossEntropyGrad }
