// The shape of the golden cases, as /conformance/README.md of the test data describes them.

/** A number; those that JSON lacks are words. */
export type RawNumber = number | 'NaN' | 'Infinity' | '-Infinity'

/** A tensor, row-major. */
export interface RawTensor {
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly shape: readonly number[]
  readonly data: readonly (RawNumber | boolean)[]
}

/** Whatever an argument may be. */
export type Raw =
  | null
  | boolean
  | number
  | string
  | RawTensor
  | readonly Raw[]
  | { readonly [key: string]: Raw }

/** Tensors by name. */
export type RawState = Readonly<Record<string, RawTensor>>

/** Arguments by name. */
export type RawKwargs = Readonly<Record<string, Raw>>

interface Common {
  readonly id: string
  readonly name: string
}

/** A layer or a loss: constructor, inputs, outputs and gradients. */
export interface ModuleCase extends Common {
  readonly kind: 'module' | 'loss'
  readonly kwargs: RawKwargs
  readonly training: boolean
  readonly state: RawState
  readonly stateAfter: RawState | null
  readonly inputs: readonly Raw[]
  readonly inputKwargs: RawKwargs
  readonly outputs: readonly RawTensor[]
  readonly cotangents: readonly (RawTensor | null)[]
  readonly gradInputs: readonly (RawTensor | null)[]
  readonly gradParams: Readonly<Record<string, RawTensor | null>>
}

/** A function: arguments, outputs and gradients. */
export interface OpCase extends Common {
  readonly kind: 'op'
  readonly args: readonly Raw[]
  readonly kwargs: RawKwargs
  readonly outputs: readonly RawTensor[]
  readonly cotangents: readonly (RawTensor | null)[]
  readonly gradInputs: readonly (RawTensor | null)[]
}

/** Twenty steps of an optimizer. */
export interface OptimCase extends Common {
  readonly kind: 'optim'
  readonly kwargs: RawKwargs
  readonly x: RawTensor
  readonly y: RawTensor
  readonly init: RawState
  readonly losses: readonly RawNumber[]
  readonly paramsAfter: Readonly<Record<string, RawState>>
}

/** Gradients that are clipped. */
export interface ClipCase extends Common {
  readonly kind: 'clip'
  readonly kwargs: RawKwargs
  readonly grads: readonly RawTensor[]
  readonly total: RawNumber | null
  readonly gradsAfter: readonly RawTensor[]
}

/** Learning rates before each of many steps. */
export interface SchedCase extends Common {
  readonly kind: 'sched'
  readonly kwargs: RawKwargs
  readonly baseLr: number
  readonly metric?: readonly RawNumber[]
  readonly lrs: readonly RawNumber[]
}

/** A recurrent layer as the lecture writes it. */
export interface LectureCase extends Common {
  readonly kind: 'lecture'
  readonly params: RawState
  readonly x: RawTensor
  readonly h0: RawTensor
  readonly c0: RawTensor | null
  readonly output: RawTensor
  readonly cLast: RawTensor | null
  readonly trace: RawState
  readonly cotangent: RawTensor
  readonly grads: RawState
}

/** How the gradient vanishes or explodes through time. */
export interface ThroughTimeCase extends Common {
  readonly kind: 'lecture'
  readonly W_hh: RawTensor
  readonly h0: RawTensor
  readonly steps: number
  readonly gradNormByStep: readonly RawNumber[]
}

/** Thirty full-batch steps of a whole model. */
export interface TrainingCase extends Common {
  readonly kind: 'e2e'
  readonly model: string
  readonly optimizer: RawKwargs
  readonly clipNorm: number | null
  readonly x: RawTensor
  readonly y: RawTensor
  readonly init: RawState
  readonly losses: readonly RawNumber[]
  readonly gradNorms: readonly RawNumber[]
  readonly final: RawState
}

/** Any case. */
export type Case =
  | ModuleCase
  | OpCase
  | OptimCase
  | ClipCase
  | SchedCase
  | LectureCase
  | ThroughTimeCase
  | TrainingCase

/** Whether an argument is a tensor. */
export function isRawTensor(raw: unknown): raw is RawTensor {
  return typeof raw === 'object' && raw !== null && 'dtype' in raw && 'shape' in raw && 'data' in raw
}

/** A number, words included. */
export function numberOf(raw: RawNumber | boolean): number {
  return Number(raw)
}
