/** The names of the kernels that move a parameter. */
export type UpdateKernel = keyof UpdateKernels

/**
 * Updates of a parameter p [n] and the optimizer's state, in place and in one pass. in: grad [n], numbers; in-out: p, then
 * the state, [n] each. What all elements share (learning rate, bias corrections …) stands in `numbers`, so that it can
 * change from step to step without another call. `sign` is 1, or −1 to climb: everywhere d = sign · grad.
 */
export interface UpdateKernels {
  /** Stochastic gradient descent. numbers [7]: lr, momentum, dampening, weightDecay, nesterov (0/1), first (1 in the first
   *  step: the buffer becomes the gradient), sign. State, where `velocity` is set: v.
   *  d += weightDecay p; v = first ? d : momentum v + (1 − dampening) d; d = nesterov ? d + momentum v : v; p −= lr d. */
  sgd: {
    /** Whether there is momentum. */
    readonly velocity: boolean
  }

  /** Adam and its kin. numbers [11]: sign, weightDecay, shrink, keep1, fresh1, keep2, fresh2, scale, eps, mStep, gStep.
   *  State: m, v, and where `amsgrad` is set w.
   *  d += weightDecay p; m = keep1 m + fresh1 d;
   *  v = keep2 v + fresh2 d², w = max(w, v) (NaN wins), s = scale √(amsgrad ? w : v) + eps;
   *  where `infinity` is set instead: v = max(keep2 v, |d| + eps) (NaN wins), s = v;
   *  p −= (mStep m + gStep d) / s + shrink p. */
  adam: {
    /** Whether the largest average of squares so far divides. */
    readonly amsgrad: boolean
    /** Whether the largest magnitude takes the place of the average of squares, as in Adamax. */
    readonly infinity: boolean
  }

  /** RMSprop, Adagrad. numbers [7]: sign, weightDecay, keep, fresh, eps, lr, momentum. State: v, where `centered` is set a, where
   *  `momentum` is set b. d += weightDecay p; v = keep v + fresh d²; a = keep a + fresh d;
   *  s = √(centered ? max(v − a², 0) : v) + eps; b = momentum b + d / s; p −= lr (momentum ? b : d / s). */
  rmsprop: {
    /** Whether the average gradient is subtracted from the average of squares. */
    readonly centered: boolean
    /** Whether there is momentum. */
    readonly momentum: boolean
  }

  /** Adadelta. numbers [6]: sign, weightDecay, keep, fresh, eps, lr. State: v, u.
   *  d += weightDecay p; v = keep v + fresh d²; δ = √(u + eps) / √(v + eps) · d; u = keep u + fresh δ²; p −= lr δ. */
  adadelta: Record<never, never>

  /** Lion. numbers [7]: sign, shrink, keep1, fresh1, keep2, fresh2, lr. State: m.
   *  p −= lr sign(keep1 m + fresh1 d) + shrink p; m = keep2 m + fresh2 d. sign(NaN) is NaN. */
  lion: Record<never, never>
}

/** How many numbers each kernel reads, and how many tensors of state it moves. */
export const UPDATES: {
  readonly [K in UpdateKernel]: {
    readonly numbers: number
    readonly state: (attrs: UpdateKernels[K]) => number
  }
} = {
  sgd: { numbers: 7, state: ({ velocity }) => Number(velocity) },
  adam: { numbers: 11, state: ({ amsgrad }) => 2 + Number(amsgrad) },
  rmsprop: { numbers: 7, state: ({ centered, momentum }) => 1 + Number(centered) + Number(momentum) },
  adadelta: { numbers: 6, state: () => 2 },
  lion: { numbers: 7, state: () => 1 },
}
