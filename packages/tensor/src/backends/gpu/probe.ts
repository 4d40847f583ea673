import { BackendError } from '../../errors.js'
import type { Device } from './device.js'
import { kernel } from './source.js'

/** What a device is asked for whole numbers, small enough that the answers, 4099 · v + 8, are exact in float32; the last is 2²⁴ − 1. */
const WHOLE = [1, 2047, 4093]
const answer = (v: number) => 4099 * v + 8
const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

// Which of SPECIAL a number is, by the comparisons that the kernels make.
const PROBE = kernel(
  ['x'],
  'const v=x[this.thread.x];if(!(v===v)){return -1.0;}if(v===INF){return -2.0;}if(v===-INF){return -3.0;}return v*4099.0+8.0;',
)

/**
 * Tries what shader languages leave open, before any number of the user's depends on it: both WGSL and GLSL allow floats of fewer bits where they are
 * not asked for more, and compilers that take it that there is no NaN and no infinity.
 *
 * @returns what must be known of this device, a sentence each
 * @throws BackendError where whole numbers are not exact: indices would be wrong
 */
export async function probe(device: Pick<Device, 'upload' | 'launch' | 'read' | 'free'>): Promise<string[]> {
  const asked = Float32Array.from([...WHOLE, ...SPECIAL])
  const x = device.upload(asked)
  const y = device.launch(PROBE, asked.length, [x])
  const said = await device.read(y)
  device.free(x)
  device.free(y)
  const wrong = WHOLE.findIndex((v, i) => said[i] !== answer(v))
  if (wrong !== -1)
    throw new BackendError(
      `gpu: floats of this device are not exact to 2²⁴ (4099 · ${WHOLE[wrong]} + 8 is ${answer(WHOLE[wrong]!)}, it says ${said[wrong]}), ` +
        'so indices would be wrong; try another mode, or setBackend(wasm())',
    )
  const unseen = SPECIAL.filter((_, i) => said[WHOLE.length + i] !== -1 - i)
  if (unseen.length === 0) return []
  return [
    `This device's compiler does not see ${unseen.join(', ')} for what they are, as shader languages permit: ` +
      'comparisons with them may go either way. Check losses and results for them on the processor.',
  ]
}
