import type { PoolAttrs } from '../../../kernels/pooling.js'
import type { Lowering } from '../../lowering.js'
import { divide, kernel, literal, type Source } from '../../source.js'
import { places } from '../blocks.js'
import { visit, windowRun } from './windows.js'

/** The places first; then the values, by their places. */
export const maxPool: Lowering<'maxPool'> = ({ inputs, outputLengths, attrs }, launch) => {
  const size = outputLengths[0]!
  const x = inputs[0]!
  const [rows, columns] = attrs.input
  if (x.length === 0)
    return [launch(search(attrs, false, 'best'), size, [0]), launch(search(attrs, false, 'place'), size, [0])]
  const index = launch(search(attrs, true, 'place'), size, [x])
  // The place of an empty window lies outside of the plane.
  if (mayBeEmpty(attrs, 0) || mayBeEmpty(attrs, 1))
    return [launch(search(attrs, true, 'best'), size, [x]), index]
  const plane = divide('plane', 'i', attrs.output[0] * attrs.output[1])
  const pick = kernel(['xs', 'index'], `${plane}return xs[plane*${literal(rows * columns)}+index[i]];`)
  return [launch(pick, size, [x, index]), index]
}

/** Goes through a window, where there are values at all, for the largest value and its place in the plane; gives one of the two. */
function search(attrs: PoolAttrs, values: boolean, result: 'best' | 'place'): Source {
  const { planes, input, output } = attrs
  const [rows, columns] = [windowRun(attrs, 0, 'r'), windowRun(attrs, 1, 'c')]
  const compare =
    `const at=y*${literal(input[1])}+x;const v=xs[plane*${literal(input[0] * input[1])}+at];` +
    'if(v>best){best=v;place=at;}if(!(v===v)){best=v;place=at;}'
  const thread = places('i', [
    ['plane', planes],
    ['r', output[0]],
    ['c', output[1]],
  ])
  return kernel(
    [values ? 'xs' : 'zero'],
    `${thread}${rows.code}${columns.code}${first(attrs, 0, 'r')}${first(attrs, 1, 'c')}` +
      `let best=-INF;let place=r0*${literal(input[1])}+c0;` +
      `${values ? visit(rows, 'r', 'y', visit(columns, 'c', 'x', compare)) : ''}return ${result};`,
  )
}

/** `<name>0`: the first position of a window that does not lie in front of the input. */
function first({ adaptive, padding, dilation }: PoolAttrs, dim: 0 | 1, name: string): string {
  const begin = `${name}b`
  if (adaptive || padding[dim] === 0) return `const ${name}0=${begin};`
  if (dilation[dim] === 1) return `const ${name}0=Math.max(${begin},0.0);`
  const step = dilation[dim]
  return (
    `const ${name}s=Math.max(0.0-${begin},0.0)+${literal(step - 1)};${divide(`${name}t`, `${name}s`, step)}` +
    `const ${name}0=${begin}+${name}t*${literal(step)};`
  )
}

/** Whether a window may have no positions in the input: dilation can step over it. */
function mayBeEmpty({ adaptive, input, output, ...of }: PoolAttrs, dim: 0 | 1): boolean {
  const [step, padding, n] = [of.dilation[dim], of.padding[dim], input[dim]]
  if (adaptive || padding === 0 || step === 1) return false
  for (let i = 0; i < output[dim]; i++) {
    const begin = i * of.stride[dim] - padding
    const start = begin + Math.max(0, Math.ceil(-begin / step)) * step
    if (start >= n || start > begin + (of.kernel[dim] - 1) * step) return true
  }
  return false
}
