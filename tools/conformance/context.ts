import type { Parameter, Tensor } from '@core/tensor'
import type { Module } from '@nn/module'
import type { RawState, RawTensor } from './cases.ts'
import { type Tolerances, tolerancesOf } from './compare.ts'
import { type FloatDType, makeTensor } from './values.ts'

/** How a case is replayed: in which dtype, hence how exactly. The backend is the default one. */
export class Context {
  readonly tolerances: Tolerances

  /** @param dtype - of float tensors; also the default dtype, so that layers are built with it */
  constructor(readonly dtype: FloatDType) {
    this.tolerances = tolerancesOf(dtype)
  }

  /** Makes a tensor of a case. */
  tensor(raw: RawTensor, requiresGrad = false): Tensor {
    return makeTensor(raw, this.dtype, requiresGrad)
  }

  /** Makes tensors by name. */
  state(raw: RawState): Record<string, Tensor> {
    return Object.fromEntries(Object.entries(raw).map(([name, t]) => [name, this.tensor(t)]))
  }

  /** Loads a state into a module, strictly; gives its parameters by name. */
  load(module: Module, raw: RawState): Map<string, Parameter> {
    module.loadStateDict(this.state(raw))
    return new Map(module.namedParameters())
  }
}
