import { OptionError } from '@core/tensor'
import { checkFunction } from '@core/tensor/extend'
import type { StopSignal } from '../events.js'
import { lifeline } from './alive.js'
import { buffersOf, pack, type Sent, unpack } from './encode.js'
import { packError } from './errors.js'
import { type Port, portInWorker } from './port.js'
import { type FromWorker, isMessage, MARK, type ToWorker } from './protocol.js'

/** What a training in a worker is given beside its arguments. */
export interface TrainingContext<Progress = unknown> {
  /** Tells who started it how it goes: any value that can be sent, tensors included. Resolves when it was sent. */
  progress(value: Progress): Promise<void>
  /** Is given when the training shall end; hand it to `fit`. */
  readonly signal: StopSignal
}

/**
 * A training as a function. Its arguments, what it tells and what it returns can be plain data, typed arrays and tensors:
 * a state dict, say.
 */
export type TrainingFunction<Args, Result, Progress = unknown> = (
  args: Args,
  context: TrainingContext<Progress>,
) => Result | Promise<Result>

/**
 * Makes a function the training of this worker: to be called in the file that `trainInWorker`'s worker runs. It runs
 * in a thread of its own, with a default backend, dtype and random generator of its own: what shall be different from
 * the defaults, the function sets.
 *
 * @param train - trains; what it returns goes back to who started it, what it throws too
 * @throws OptionError where this is no worker
 * @example
 * ```ts no-test
 * // training.ts
 * import { manualSeed, type Tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { exposeTraining, fit, type TrainingContext } from '@nn/train'
 * export async function train({ x, y, steps }: { x: Tensor; y: Tensor; steps: number }, context: TrainingContext<number>) {
 *   manualSeed(1)
 *   const model = new Linear(1, 1)
 *   await fit(model, [[x, y] as const], {
 *     loss: (net, input, target) => mse(net.forward(input), target),
 *     optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *     steps,
 *     callbacks: [{ onStep: ({ loss }) => context.progress(loss) }],
 *     signal: context.signal,
 *   })
 *   return model.stateDict()
 * }
 * exposeTraining(train)
 * ```
 */
export function exposeTraining<Args, Result, Progress = unknown>(
  train: TrainingFunction<Args, Result, Progress>,
): void {
  checkFunction('exposeTraining', 'train', train)
  const port = portInWorker()
  if (!port)
    throw new OptionError(
      "exposeTraining: this file does not run in a worker; load it by new Worker(new URL(…, import.meta.url), { type: 'module' })",
    )
  const running = new Map<number, AbortController>()
  const ready = lifeline().then((name) => () => say(port, { mark: MARK, kind: 'ready', lifeline: name }))
  port.listen({
    message: (data) => {
      if (!isMessage<ToWorker>(data)) return
      if (data.kind === 'hello') void ready.then((tell) => tell())
      else if (data.kind === 'abort') running.get(data.id)?.abort()
      else {
        const controller = new AbortController()
        if (data.aborted) controller.abort()
        running.set(data.id, controller)
        void run(port, data.id, data.args, train, controller.signal).finally(() => running.delete(data.id))
      }
    },
  })
  void ready.then((tell) => tell())
}

function say(port: Port, message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.send(message, transfer)
}

async function run<Args, Result, Progress>(
  port: Port,
  id: number,
  args: Sent,
  train: TrainingFunction<Args, Result, Progress>,
  signal: AbortSignal,
): Promise<void> {
  let queue: Promise<void> = Promise.resolve() // values come in the order in which they were told
  const tell = (kind: 'progress' | 'result', value: unknown): Promise<void> => {
    const packed = pack('exposeTraining', kind === 'result' ? 'the result' : 'the progress', value)
    queue = queue.then(async () => {
      const sent = await packed.sent()
      say(port, { mark: MARK, kind, id, value: sent }, buffersOf(sent))
    })
    return queue
  }
  try {
    const progress = async (value: Progress) => tell('progress', value)
    await tell('result', await train(unpack(args) as Args, { progress, signal }))
  } catch (error) {
    say(port, { mark: MARK, kind: 'error', id, error: packError(error) })
  }
}
