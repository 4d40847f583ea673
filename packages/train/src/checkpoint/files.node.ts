import { loadContents, saveFile } from '@core/safetensors/node'
import { FormatError, reference } from '@core/tensor'
import { checkInteger, checkOptions } from '@core/tensor/extend'
import type { FitCallback } from '../events.js'
import { gather } from './gather.js'
import type { RestoreOptions } from './pack.js'
import { isLoader, listParts, type Parts, type Progress } from './parts.js'
import { restore } from './restore.js'

/**
 * Saves everything that a training needs to go on exactly where it is: see `packCheckpoint`. The file is written beside
 * `path`, flushed to the disk, and only then put in its place: however this ends, `path` is the old checkpoint or the
 * new one, whole. What is stored are the values at the moment of the call.
 *
 * @param path - the file to write; its folder must exist
 * @param parts - what shall be stored, by names of one's own: modules, optimizers, schedules, loaders, generators …
 * @param progress - `step`, `epoch` (both default 0) and notes of one's own
 * @throws OptionError where a part has no state, or one that cannot be stored; the system's own error (`ENOSPC` …) when
 *   the file cannot be written
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { Linear } from '@nn/layers'
 * import { SGD } from '@nn/optim'
 * import { loadCheckpoint, saveCheckpoint } from '@nn/train/node'
 * const make = () => {
 *   const model = new Linear(2, 1)
 *   return { model, optimizer: new SGD(model.namedParameters(), { lr: 0.1, momentum: 0.9 }) }
 * }
 * const path = `${await mkdtemp(`${tmpdir()}/run-`)}/last.safetensors`
 * await saveCheckpoint(path, make(), { step: 900, epoch: 3 })
 * const progress = await loadCheckpoint(path, make())
 * progress.step // => 900
 * ```
 */
export async function saveCheckpoint(
  path: string,
  parts: Parts,
  progress: Partial<Progress> = {},
): Promise<void> {
  const { tensors, metadata } = await gather('saveCheckpoint', parts, progress)
  await saveFile(path, tensors, { metadata })
}

/**
 * Gives parts the states that {@link saveCheckpoint} stored. Everything is checked first; where anything does not fit,
 * nothing is changed.
 *
 * @param path - the file to read
 * @param parts - made as they were when it was stored, under the same names
 * @param options - `strict`
 * @returns how far the training had come
 * @throws FormatError where the file is cut off, damaged, no checkpoint, or does not fit the parts, which says why; the
 *   system's own error (`ENOENT` …) when it cannot be read
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { Generator } from '@core/tensor'
 * import { loadCheckpoint, saveCheckpoint } from '@nn/train/node'
 * const path = `${await mkdtemp(`${tmpdir()}/run-`)}/last.safetensors`
 * const generator = new Generator(7)
 * await saveCheckpoint(path, { generator })
 * const next = generator.next()
 * await loadCheckpoint(path, { generator })
 * generator.next() === next // => true
 * ```
 */
export async function loadCheckpoint(
  path: string,
  parts: Parts,
  options: RestoreOptions = {},
): Promise<Progress> {
  const { strict = true } = checkOptions('loadCheckpoint', options, [], ['strict'])
  const contents = await loadContents(path, { backend: reference() })
  try {
    return restore('loadCheckpoint', parts, strict, contents)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw Object.assign(new FormatError(`${path}: ${error.message}`), { cause: error.cause })
  }
}

/** Options of {@link checkpoints}. */
export interface CheckpointsOptions {
  /** After how many steps a checkpoint is saved. Default: after every epoch. */
  every?: number
}

/**
 * A callback of `fit` that saves a checkpoint again and again, always to the same file, and once more at the end. The
 * training waits until it is written.
 *
 * With the loader among the parts it goes on at the very next batch: restore it, then call `fit` with
 * `start: { step, epoch }` and the same limits. Without it (for an array of batches, say) only what was saved between
 * two epochs is exact. Other callbacks may be parts as well, early stopping say; put this one behind them.
 *
 * @param path - the file to write; its folder must exist
 * @param parts - what shall be stored, see {@link saveCheckpoint}; also the loader that `fit` gets, and the schedule
 * @param options - `every`
 * @returns the callback
 * @throws OptionError where a part has no state, or `every` is not a whole number of at least 1
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { tensor } from '@core/tensor'
 * import { DataLoader, tensorDataset } from '@nn/data'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit } from '@nn/train'
 * import { checkpoints, loadCheckpoint } from '@nn/train/node'
 * const path = `${await mkdtemp(`${tmpdir()}/run-`)}/last.safetensors`
 * const data = tensorDataset(tensor([[1], [2], [3], [4]]), tensor([[2], [4], [6], [8]]))
 * const model = new Linear(1, 1)
 * const optimizer = new SGD(model.namedParameters(), { lr: 0.01, momentum: 0.9 })
 * const loader = new DataLoader(data, { batchSize: 1, shuffle: true, seed: 1 })
 * const parts = { model, optimizer, loader }
 * await fit(model, loader, {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer,
 *   steps: 6,
 *   callbacks: [checkpoints(path, parts, { every: 2 })],
 * })
 * const { step, epoch } = await loadCheckpoint(path, parts)
 * step // => 6
 * epoch // => 1
 * ```
 */
export function checkpoints(path: string, parts: Parts, options: CheckpointsOptions = {}): FitCallback {
  const { every } = checkOptions('checkpoints', options, ['every'])
  if (every !== undefined) checkInteger('checkpoints', 'every', every, 1)
  listParts('checkpoints', parts)
  // A loader at the end of its epoch has nothing left of it; without one the next epoch begins.
  const finished = Object.values(parts).some(isLoader) ? 0 : 1
  let at = { step: 0, epoch: 0 }
  let saved = at
  const save = async (again = false) => {
    if (!again && saved.step === at.step && saved.epoch === at.epoch) return
    const now = at
    await saveCheckpoint(path, parts, now)
    saved = now
  }
  return {
    onBegin: ({ step, epoch }) => {
      at = saved = { step, epoch }
    },
    onStep: async ({ step, epoch }) => {
      at = { step, epoch }
      if (every !== undefined && step % every === 0) await save()
    },
    onEpoch: async ({ step, epoch }) => {
      at = { step, epoch: epoch + finished }
      // What was saved after its last step lacks what validation told other parts since.
      if (every === undefined || saved.step === step) await save(true)
    },
    onEnd: () => save(),
  }
}
