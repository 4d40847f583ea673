import { checkOptions } from '@core/tensor/extend'
import { saveCheckpoint } from '../checkpoint/files.node.js'
import type { Parts } from '../checkpoint/parts.js'
import type { FitCallback, ValidationEvent } from '../events.js'
import { MONITOR_OPTIONS, Monitor, type MonitorOptions } from './monitor.js'

/**
 * A callback of `fit` that saves a checkpoint whenever a measure is better than ever, always to the same file, with the
 * value as the note `best`.
 *
 * @param path - the file to write; its folder must exist
 * @param parts - what shall be stored, see `saveCheckpoint`
 * @param options - `monitor` ('loss'), `mode`, `minDelta` (0), `on` ('validation')
 * @returns the callback
 * @throws OptionError where an option is not allowed; in `fit` also where the validation does not measure it
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { type Tensor, tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit } from '@nn/train'
 * import { bestCheckpoint, loadCheckpoint } from '@nn/train/node'
 * const path = `${await mkdtemp(`${tmpdir()}/run-`)}/best.safetensors`
 * const model = new Linear(1, 1)
 * const batches = [[tensor([[1], [2]]), tensor([[3], [5]])] as [Tensor, Tensor]]
 * const { validation } = await fit(model, batches, {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 5,
 *   validation: { loader: batches },
 *   callbacks: [bestCheckpoint(path, { model })],
 * })
 * const { step, best } = await loadCheckpoint(path, { model })
 * step // => 5
 * best === validation?.loss // => true
 * ```
 */
export function bestCheckpoint(path: string, parts: Parts, options: MonitorOptions = {}): FitCallback {
  checkOptions('bestCheckpoint', options, MONITOR_OPTIONS)
  const monitor = new Monitor('bestCheckpoint', options)
  let epoch = 0
  const callback = monitor.callback(async (better, step) => {
    if (better) await saveCheckpoint(path, parts, { step, epoch, best: monitor.best! })
  })
  return {
    ...callback,
    onStep: (event) => {
      epoch = event.epoch
    },
    onValidation: (event: ValidationEvent) => {
      epoch = event.epoch
      return callback.onValidation(event)
    },
  }
}
