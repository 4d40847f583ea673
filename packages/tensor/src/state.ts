import type { Backend } from './backends/backend.js'
import type { DType } from './dtype.js'
import type { Recorder } from './program/recorder.js'
import type { Generator } from './random.js'
import type { Storage } from './storage.js'

/**
 * All that is shared by everything in one process, named in one place. Each has a reason: the backend, the
 * dtype and the generator are defaults that every creation function takes an explicit replacement for; the gradient mode, the
 * list of temporaries and the recording are dynamic scopes that are always left as they were found.
 */
export const state: {
  /** Where new tensors live when nothing else is said; null until the first one is made. */
  backend: Backend | null
  /** What floats new tensors hold when nothing else is said. */
  dtype: DType
  /** Where random numbers come from when nothing else is said. */
  generator: Generator | null
  /** Whether ops are put on the tape. */
  gradients: boolean
  /** Collects storages made while the library computes for itself (gradients); null while results are the user's. */
  temporaries: Storage[] | null
  /** The step being recorded by `compile`; null most of the time. */
  recording: Recorder | null
  /** Why the default backend is not what one would expect, in sentences. */
  readonly notes: string[]
} = {
  backend: null,
  dtype: 'float32',
  generator: null,
  gradients: true,
  temporaries: null,
  recording: null,
  notes: [],
}
