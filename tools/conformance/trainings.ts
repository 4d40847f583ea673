import type { Tensor } from '@core/tensor'
import { crossEntropy, mse } from '@nn/losses'
import { clipGradNorm } from '@nn/optim'
import type { TrainingCase } from './cases.ts'
import type { Comparison } from './compare.ts'
import type { Context } from './context.ts'
import { buildModel } from './models.ts'
import { buildOptimizer } from './optim.ts'
import { Unsupported } from './unsupported.ts'

/** Replays a whole training. */
export async function replayTraining(
  c: TrainingCase,
  context: Context,
  comparison: Comparison,
): Promise<void> {
  const { trainings } = context.tolerances
  const model = buildModel(c.model)
  const parameters = context.load(model, c.init)
  const { opt, ...kwargs } = c.optimizer
  if (typeof opt !== 'string') throw new Unsupported(`${c.name}(optimizer)`)
  const optimizer = buildOptimizer(opt, parameters, kwargs)
  const [x, y] = [context.tensor(c.x), context.tensor(c.y)]
  const losses: number[] = []
  const norms: number[] = []
  for (let step = 0; step < c.losses.length; step++) {
    optimizer.zeroGrad()
    const loss = lossOf(model.forward(x as never) as Tensor, y)
    losses.push(await loss.item())
    loss.backward()
    if (c.clipNorm !== null) norms.push(await clipGradNorm(parameters, c.clipNorm).item())
    optimizer.step()
  }
  comparison.numbers('losses', losses, c.losses, trainings)
  comparison.numbers('gradNorms', norms, c.gradNorms, trainings)
  const final = model.stateDict()
  comparison.names('final', Object.keys(final), Object.keys(c.final))
  for (const [name, wanted] of Object.entries(c.final))
    await comparison.tensor(`final.${name}`, final[name], wanted, trainings)
}

/** Class numbers are learnt by cross-entropy, one for each row of the output; other targets by mean squared error. */
function lossOf(output: Tensor, y: Tensor): Tensor {
  if (y.dtype !== 'int32') return mse(output, y)
  const classes = output.shape.at(-1)!
  return crossEntropy(output.reshape([output.size / classes, classes]), y.reshape([y.size]))
}
