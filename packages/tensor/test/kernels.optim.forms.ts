import type { UpdateKernel } from '../src/backends/kernels/optim.js'
import { UPDATES } from '../src/backends/kernels/optim.js'
import type { KernelAttrs } from '../src/backends/kernels.js'
import { floats } from './kernels.support.js'

/** A kernel in one of its forms. */
export interface UpdateForm<K extends UpdateKernel = UpdateKernel> {
  readonly kernel: K
  readonly attrs: KernelAttrs[K]
}

const form = <K extends UpdateKernel>(kernel: K, attrs: KernelAttrs[K]): UpdateForm => ({ kernel, attrs })

/** Every update kernel in every form. */
export const UPDATE_FORMS: readonly UpdateForm[] = [
  form('sgd', { velocity: false }),
  form('sgd', { velocity: true }),
  form('adam', { amsgrad: false, infinity: false }),
  form('adam', { amsgrad: true, infinity: false }),
  form('adam', { amsgrad: false, infinity: true }),
  form('rmsprop', { centered: false, momentum: false }),
  form('rmsprop', { centered: true, momentum: false }),
  form('rmsprop', { centered: false, momentum: true }),
  form('rmsprop', { centered: true, momentum: true }),
  form('adadelta', {}),
  form('lion', {}),
]

/** State for one of them: numbers from 0 to 1, which squares and sizes can be. */
export function updateState(
  kernel: UpdateKernel,
  attrs: KernelAttrs[UpdateKernel],
  n: number,
  random: () => number,
): Float32Array[] {
  const count = UPDATES[kernel].state(attrs as never)
  return Array.from({ length: count }, () => floats(n, random).map(Math.abs))
}
