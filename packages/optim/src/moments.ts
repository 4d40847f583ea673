import { type Betas, checkAmounts, checkBetas } from './checks.js'

/** What Adam and its kin share. */
interface MomentGroup {
  readonly lr: number
  readonly betas: Betas
  readonly eps: number
  readonly weightDecay: number
  readonly maximize: boolean
}

/** What the kernel `adam` needs beside what a group says. */
interface Correction {
  /** Whether weight decay shrinks the parameter, instead of being added to the gradient. Default false. */
  readonly decoupled?: boolean
  /** The factor of the square root of the second moment. Default 1. */
  readonly scale?: number
  /** What is added to it. Default the group's eps. */
  readonly eps?: number
  /** How far the parameter goes along the first moment. */
  readonly mStep: number
  /** How far it goes along the gradient itself. Default 0. */
  readonly gStep?: number
}

/** What Adam and its kin keep. */
export const MOMENTS = { step: 'count', expAvg: 'tensor', expAvgSq: 'tensor' } as const

/** Throws where a hyperparameter is not allowed. */
export function checkMoments(op: string, group: MomentGroup): void {
  checkAmounts(op, group, ['lr', 'eps', 'weightDecay'])
  checkBetas(op, group.betas)
}

/** The numbers of one step of the kernel `adam`. */
export function momentNumbers(group: MomentGroup, correction: Correction): number[] {
  const { lr, weightDecay, maximize } = group
  const [beta1, beta2] = group.betas
  const { decoupled = false, scale = 1, eps = group.eps, mStep, gStep = 0 } = correction
  const decay = decoupled ? [0, lr * weightDecay] : [weightDecay, 0]
  return [maximize ? -1 : 1, ...decay, beta1, 1 - beta1, beta2, 1 - beta2, scale, eps, mStep, gStep]
}

/** How far running averages that began at 0 have come after so many steps: what they are divided by. */
export function corrections(betas: Betas, step: number): readonly [number, number] {
  return [1 - betas[0] ** step, 1 - betas[1] ** step]
}
