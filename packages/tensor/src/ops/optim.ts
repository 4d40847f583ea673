import * as kernels from '../backends/catalog/index.js'
import type { Kernel } from '../backends/kernel.js'
import { UPDATES, type UpdateKernel, type UpdateKernels } from '../backends/kernels/optim.js'
import { TYPED } from '../dtype.js'
import { GradientError, OptionError, ShapeError } from '../errors.js'
import { describe } from '../options.js'
import { live } from '../program/live.js'
import { sameShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkFloat, checkSameDType, checkTensors, execute } from './run.js'

/** What {@link updateInPlace} moves, and by what. */
export interface Update<K extends UpdateKernel> {
  /** The parameter, a leaf; changed in place. */
  readonly parameter: Tensor
  /** Its gradient. */
  readonly gradient: Tensor
  /** The optimizer's state for this parameter, in the kernel's order; changed in place. Default none. */
  readonly state?: readonly Tensor[]
  /** Gives the numbers of this step, in the kernel's order: learning rate, bias corrections … */
  readonly numbers: () => readonly number[]
  /** Which form of the update it is. */
  readonly attrs: UpdateKernels[K]
}

/** The kernels, by the names that users call them by. */
const KERNELS: { readonly [K in UpdateKernel]: Kernel<K> } = {
  sgd: kernels.sgd,
  adam: kernels.adam,
  rmsprop: kernels.rmsprop,
  adadelta: kernels.adadelta,
  lion: kernels.lion,
}

/**
 * One step of an optimizer on one parameter, in place, in one pass over memory. The kernels, with their state and numbers:
 *
 * - `sgd`: numbers lr, momentum, dampening, weightDecay, nesterov, first, sign; state v, where `velocity` is set.
 *   $d = \pm g + \lambda p$; $v \leftarrow \mu v + (1 - \tau) d$ (in the first step $v \leftarrow d$); $p \leftarrow p - \eta v$.
 * - `adam`: sign, weightDecay, shrink, keep1, fresh1, keep2, fresh2, scale, eps, mStep, gStep; m, v, and w where `amsgrad` is set.
 *   $d = \pm g + \lambda p$; $m \leftarrow k_1 m + f_1 d$; $v \leftarrow k_2 v + f_2 d^2$; $s = a \sqrt{v} + \epsilon$ (of $w \leftarrow \max(w, v)$
 *   instead of v for AMSGrad; where `infinity` is set, $s = v \leftarrow \max(k_2 v, |d| + \epsilon)$);
 *   $p \leftarrow p - (\eta_m m + \eta_g d) / s - \text{shrink} \cdot p$.
 * - `rmsprop`: sign, weightDecay, keep, fresh, eps, lr, momentum; v, a where `centered`, b where `momentum` is set.
 *   $v \leftarrow k v + f d^2$; $a \leftarrow k a + f d$; $b \leftarrow \mu b + d / (\sqrt{v - a^2} + \epsilon)$; $p \leftarrow p - \eta b$.
 * - `adadelta`: sign, weightDecay, keep, fresh, eps, lr; v, u.
 *   $v \leftarrow k v + f d^2$; $\delta = d \sqrt{u + \epsilon} / \sqrt{v + \epsilon}$; $u \leftarrow k u + f \delta^2$; $p \leftarrow p - \eta \delta$.
 * - `lion`: sign, shrink, keep1, fresh1, keep2, fresh2, lr; m.
 *   $p \leftarrow p - \eta \, \mathrm{sign}(k_1 m + f_1 d) - \text{shrink} \cdot p$; $m \leftarrow k_2 m + f_2 d$.
 *
 * @param kernel - its name
 * @param update - `parameter`, `gradient`, `state`, `numbers`, `attrs`
 * @throws ShapeError or DTypeError where shapes or dtypes differ, OptionError where the kernel has another number of tensors
 * or numbers, GradientError where the parameter is the result of an op; nothing is changed then
 * @example
 * ```ts
 * import { Parameter, ones, tensor } from '@core/tensor'
 * import { updateInPlace } from '@core/tensor/extend'
 * const parameter = new Parameter(ones([2]))
 * const numbers = () => [0.25, 0, 0, 0, 0, 1, 1]
 * updateInPlace('sgd', { parameter, gradient: tensor([1, 2]), numbers, attrs: { velocity: false } })
 * parameter.toArraySync() // => [0.75, 0.5]
 * ```
 */
export function updateInPlace<K extends UpdateKernel>(kernel: K, update: Update<K>): void {
  const { parameter, gradient, state = [], attrs } = update
  const layout = Object.hasOwn(UPDATES, kernel) ? UPDATES[kernel] : undefined
  if (!layout)
    throw new OptionError(
      `updateInPlace: there is no kernel ${describe(kernel)}; there is ${Object.keys(UPDATES).join(', ')}`,
    )
  const all = [parameter, gradient, ...state]
  const roles = ['the parameter', 'the gradient', ...state.map((_, i) => `state ${i}`)]
  checkTensors(kernel, all, roles)
  checkFloat(kernel, parameter, 'the parameter')
  if (!parameter.isLeaf)
    throw new GradientError(
      `${kernel}: the parameter ${show(parameter.shape)} is the result of an op; only leaves can be changed in place`,
    )
  for (const [i, t] of all.entries()) {
    checkSameDType(kernel, parameter, t, 'the parameter', roles[i]!)
    if (!sameShape(parameter.shape, t.shape))
      throw new ShapeError(
        `${kernel}: the parameter has shape ${show(parameter.shape)}, ${roles[i]} ${show(t.shape)}; they must be the same`,
      )
  }
  const wanted = layout.state(attrs)
  if (state.length !== wanted)
    throw new OptionError(`${kernel}: expected ${wanted} tensors of state, got ${state.length}`)
  const { backend, dtype } = parameter
  const given = live(backend, [layout.numbers], () => {
    const numbers = update.numbers()
    if (numbers.length !== layout.numbers)
      throw new OptionError(`${kernel}: expected ${layout.numbers} numbers, got ${numbers.length}`)
    return TYPED[dtype].from(numbers)
  })
  execute<UpdateKernel>(KERNELS[kernel], [gradient, given], [parameter, ...state], attrs)
  parameter.storage.version++
  for (const t of state) t.storage.version++
}
