import type { DType } from '../../../dtype.js'
import { filled } from '../constants.js'
import { MOST_WHOLE } from '../convert.js'
import type { Lowering } from '../lowering.js'
import { divide, kernel, walk } from '../source.js'

const copy = kernel(['x'], 'return x[i];')

// The offset is an argument: the steps of a loop over slices share one kernel.
const gatherStrided: Lowering<'gatherStrided'> = ({ inputs, outputLengths: [size], attrs }, launch) => {
  const { shape, strides, offset } = attrs
  const source = kernel(['x', 'offset'], `${walk(shape, { p: { strides } })}return x[p+offset];`)
  return [launch(source, size!, [...inputs, offset])]
}

/** A dimension of what is written: how many, how far apart there, how far apart in x. */
interface Dim {
  readonly n: number
  readonly stride: number
  readonly step: number
}

/** Whether the index of each dimension can be told by division, that of the longest stride first. */
function separate(dims: readonly Dim[]): boolean {
  return dims.every(
    ({ stride }, k) => stride > dims.slice(k + 1).reduce((sum, d) => sum + (d.n - 1) * d.stride, 0),
  )
}

/** Each place of y looks whether it is one of those that are written. */
const scatterStrided: Lowering<'scatterStrided'> = (
  { inputs, before, outputLengths: [size], attrs },
  launch,
) => {
  const { shape, strides } = attrs
  if (shape.includes(0)) return [launch(copy, size!, before)]
  let { offset } = attrs
  let start = 0 // the place in x of what is written first
  let step = 1
  const dims: Dim[] = []
  for (let d = shape.length - 1; d >= 0; d--) {
    const n = shape[d]!
    const stride = strides[d]!
    if (n > 1 && stride < 0) {
      offset += (n - 1) * stride
      start += (n - 1) * step
      dims.push({ n, stride: -stride, step: -step })
    } else if (n > 1) dims.push({ n, stride, step })
    step *= n
  }
  dims.sort((a, b) => b.stride - a.stride)
  if (!separate(dims)) return [launch(searching(shape, strides), size!, [...inputs, ...before, attrs.offset])]
  let code = 'const d0=i-offset;if(d0<0.0){return y[i];}let p=start;'
  dims.forEach(({ n, stride, step }, k) => {
    // How many there are of the outermost changes most.
    code += `${divide(`c${k}`, `d${k}`, stride)}if(c${k}>=${k === 0 ? 'count' : n}){return y[i];}`
    code += `p=p+c${k}*(${step});const d${k + 1}=d${k}-c${k}*${stride};`
  })
  code += `if(d${dims.length}>0.0){return y[i];}return x[p];`
  const source = kernel(['x', 'y', 'offset', 'start', 'count'], code)
  return [launch(source, size!, [...inputs, ...before, offset, start, dims[0]?.n ?? 1])]
}

/** For windows of other forms: all of x is searched for what goes to a place, the last of it wins. */
function searching(shape: readonly number[], strides: readonly number[]) {
  const count = shape.reduce((a, b) => a * b, 1)
  return kernel(
    ['x', 'y', 'offset'],
    `let v=y[i];let j=i*0.0;for(let k=0;k<${count};k++){${walk(shape, { p: { strides } }, 'j')}` +
      'if(p+offset===i){v=x[j];}j=j+1.0;}return v;',
  )
}

/** Towards zero; what is beyond the exact range is not known. */
const WHOLE =
  'if(!(v===v)){return 0.0;}if(v>16777216.0){return NAN;}if(v<-16777216.0){return NAN;}' +
  'if(v<0.0){return Math.ceil(v);}return Math.floor(v);'

function conversion(from: DType, to: DType): string {
  if (to === 'bool' && from !== 'bool') {
    const known = from === 'int32' ? 'if(!(v===v)){return v;}' : ''
    return `${known}if(v===0.0){return 0.0;}return 1.0;`
  }
  return to === 'int32' && from === 'float32' ? WHOLE : 'return v;'
}

const cast: Lowering<'cast'> = ({ inputs, inputDTypes, outputDTypes, outputLengths: [size] }, launch) => [
  launch(kernel(['x'], `const v=x[i];${conversion(inputDTypes[0]!, outputDTypes[0]!)}`), size!, inputs),
]

const fill: Lowering<'fill'> = (
  { outputDTypes: [dtype], outputLengths: [size], attrs: { value } },
  launch,
) => {
  let v = value
  if (dtype === 'bool') v = value === 0 ? 0 : 1
  if (dtype === 'int32') v = Number.isNaN(value) ? 0 : Math.trunc(value)
  if (dtype === 'int32' && Math.abs(v) > MOST_WHOLE) v = Number.NaN
  return [filled(launch, size!, v)]
}

/** Copies with strides, constants and conversions. */
export const strided = { gatherStrided, scatterStrided, fill, cast }
