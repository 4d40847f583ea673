import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FitCallback } from '../events.js'
import { eventFileHeader, scalarRecord } from './eventFile.js'
import { LogFile } from './files.node.js'
import { csvLine, jsonLine } from './lines.js'
import { type LogOptions, namesIn, recorder } from './records.js'

/**
 * Logs a training to a CSV file: a line for each step, validation and epoch; what was not measured then stays empty.
 * The columns are `step`, `epoch`, `seconds` and those that `LogRecord` names. Every line is written at once. A
 * training that is resumed (`start`) goes on after the lines up to its first step; else the file begins anew.
 *
 * @param path - the file; its folder must exist
 * @param options - `every` (1)
 * @returns a callback for `fit`
 * @throws OptionError where an option is not allowed; in `fit` the system's own error where it cannot be written
 * @example
 * ```ts
 * import { mkdtemp, readFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit } from '@nn/train'
 * import { csvLog } from '@nn/train/node'
 * const path = `${await mkdtemp(`${tmpdir()}/log-`)}/log.csv`
 * const model = new Linear(1, 1)
 * await fit(model, [[tensor([[1]]), tensor([[2]])] as const], {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   callbacks: [csvLog(path)],
 * })
 * const lines = (await readFile(path, 'utf8')).split('\n')
 * lines[0] // => 'step,epoch,seconds,train/loss,train/gradNorm,lr,epoch/loss'
 * ```
 */
export function csvLog(path: string, options: LogOptions = {}): FitCallback {
  const file = new LogFile()
  let names: string[] = []
  return {
    ...recorder(
      'csvLog',
      ({ step, epoch, seconds, values }) =>
        file.write(csvLine([step, epoch, seconds, ...names.map((name) => values[name])])),
      options,
    ),
    onBegin: (event) => {
      names = namesIn(event)
      const header = csvLine(['step', 'epoch', 'seconds', ...names])
      const wanted = (line: string) => `${line}\n` === header || Number.parseInt(line, 10) <= event.step
      if (event.step > 0 && file.resume(path, wanted)) return
      if (event.step === 0) file.create(path)
      file.write(header)
    },
    close: () => file.close(),
  }
}

/**
 * Logs a training to a file of JSON lines: an object for each step, validation and epoch, with `step`, `epoch`,
 * `seconds` and what `LogRecord` names. Every line is written at once. A training that is resumed (`start`) goes
 * on after the lines up to its first step; else the file begins anew.
 *
 * @param path - the file; its folder must exist
 * @param options - `every` (1)
 * @returns a callback for `fit`
 * @throws OptionError where an option is not allowed; in `fit` the system's own error where it cannot be written
 * @example
 * ```ts
 * import { mkdtemp, readFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit } from '@nn/train'
 * import { jsonlLog } from '@nn/train/node'
 * const path = `${await mkdtemp(`${tmpdir()}/log-`)}/log.jsonl`
 * const model = new Linear(1, 1)
 * await fit(model, [[tensor([[1]]), tensor([[2]])] as const], {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   callbacks: [jsonlLog(path)],
 * })
 * const [first] = (await readFile(path, 'utf8')).split('\n')
 * JSON.parse(first!).lr // => 0.1
 * ```
 */
export function jsonlLog(path: string, options: LogOptions = {}): FitCallback {
  const file = new LogFile()
  return {
    ...recorder('jsonlLog', (record) => file.write(jsonLine(record)), options),
    onBegin: ({ step }) => {
      if (step === 0) file.create(path)
      else file.resume(path, (line) => Number.parseInt(line.slice('{"step":'.length), 10) <= step)
    },
    close: () => file.close(),
  }
}

/**
 * Logs a training for TensorBoard: an event file with a curve for everything that is a number (see
 * `LogRecord`). Look at it by `tensorboard --logdir folder`. A training that is resumed (`start`) writes another
 * file, which takes the place of what the earlier ones say about later steps.
 *
 * @param folder - where the event file goes; it is made if need be. Each training should have a folder of its own
 * @param options - `every` (1)
 * @returns a callback for `fit`
 * @throws OptionError where an option is not allowed; in `fit` the system's own error where it cannot be written
 * @example
 * ```ts
 * import { mkdtemp, readdir } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit } from '@nn/train'
 * import { tensorBoard } from '@nn/train/node'
 * const folder = await mkdtemp(`${tmpdir()}/board-`)
 * const model = new Linear(1, 1)
 * await fit(model, [[tensor([[1]]), tensor([[2]])] as const], {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   callbacks: [tensorBoard(folder)],
 * })
 * const [name] = await readdir(folder)
 * name!.startsWith('events.out.tfevents.') // => true
 * ```
 */
export function tensorBoard(folder: string, options: LogOptions = {}): FitCallback {
  const file = new LogFile()
  const now = () => Date.now() / 1000
  return {
    ...recorder(
      'tensorBoard',
      ({ step, values }) => {
        const numbers = Object.entries(values).filter(([, value]) => typeof value === 'number')
        const scalars = Object.fromEntries(numbers) as Record<string, number>
        if (numbers.length > 0) file.write(scalarRecord({ step, wallTime: now(), scalars }))
      },
      options,
    ),
    onBegin: ({ step }) => {
      mkdirSync(folder, { recursive: true })
      const unique = `${Math.floor(now())}.${hostname()}.${process.pid}.${Math.floor(performance.now() * 1e3)}`
      file.create(join(folder, `events.out.tfevents.${unique}`))
      file.write(eventFileHeader(now(), step))
    },
    close: () => file.close(),
  }
}
