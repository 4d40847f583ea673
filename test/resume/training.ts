// Trains 200 steps: node training.mjs whole|begin|resume LOOP OPTIMIZER PATH. Prints the weights at the end as hexadecimal.
import { Generator, manualSeed, rand, sin, type Tensor } from '@core/tensor'
import { DataLoader, tensorDataset } from '@nn/data'
import { BatchNorm1d, Dropout, Linear, Tanh } from '@nn/layers'
import { mse } from '@nn/losses'
import { Sequential } from '@nn/module'
import { AdamW, CosineAnnealingLR, SGD, StepLR } from '@nn/optim'
import { fit, type Progress } from '@nn/train'
import { checkpoints, loadCheckpoint, saveCheckpoint } from '@nn/train/node'

const STEPS = 200
const SAVE = 100
const [, , mode, loop, kind, path] = process.argv as [string, string, string, string, string, string]

// What is resumed begins with other weights, another order, other dropout: all of it must come from the checkpoint.
manualSeed(mode === 'resume' ? 4711 : 1)
const data = new Generator(5)
const x = rand([90, 6], { generator: data })
const y = sin(x.sum({ axis: 1, keepDim: true }))
const model = new Sequential(
  new Linear(6, 16),
  new BatchNorm1d(16),
  new Tanh(),
  new Dropout(0.3),
  new Linear(16, 1),
)
const loader = new DataLoader(tensorDataset(x, y), { batchSize: 6, shuffle: true }) // 15 batches: 100 steps end within an epoch
const parameters = [...model.namedParameters()]
const optimizer =
  kind === 'sgd'
    ? new SGD(parameters, { lr: 0.05, momentum: 0.9, weightDecay: 1e-3 })
    : new AdamW(parameters, { lr: 0.01, weightDecay: 0.01 })
const schedule =
  kind === 'sgd'
    ? new StepLR(optimizer, { stepSize: 35, gamma: 0.7 })
    : new CosineAnnealingLR(optimizer, { tMax: STEPS, etaMin: 1e-4 })
const parts = { model, optimizer, schedule, loader }

/** The loss under noise from the default generator, whose state must come back as well. */
const loss = (net: typeof model, input: Tensor, target: Tensor) =>
  mse(net.forward(input.add(rand(input.shape).mul(0.1))), target)

const report = (step: number) => process.stdout.write(`step ${step}\n`)

async function byHand(start: Progress): Promise<void> {
  let { step } = start
  for (let epoch = start.epoch; step < STEPS; epoch++)
    for await (const [input, target] of loader) {
      optimizer.zeroGrad()
      loss(model, input!, target!).backward()
      optimizer.step()
      schedule.step()
      step++
      if (mode === 'begin' && step === SAVE) await saveCheckpoint(path, parts, { step, epoch })
      report(step)
      if (step === STEPS) break
    }
}

async function byFit({ step, epoch }: Progress): Promise<void> {
  const callbacks = [{ onStep: (event: { step: number }) => void report(event.step) }]
  await fit(model, loader, {
    loss,
    optimizer,
    schedule,
    steps: STEPS,
    start: { step, epoch },
    clipNorm: 1,
    callbacks: mode === 'begin' ? [checkpoints(path, parts, { every: SAVE }), ...callbacks] : callbacks,
  })
}

const start = mode === 'resume' ? await loadCheckpoint(path, parts) : { step: 0, epoch: 0 }
model.train()
await (loop === 'fit' ? byFit(start) : byHand(start))
for (const [name, tensor] of Object.entries(model.stateDict()))
  console.log(`${name} ${Buffer.from(tensor.dataSync().buffer as ArrayBuffer).toString('hex')}`)
console.log(`lr ${optimizer.groups[0]!.lr}, loader ${JSON.stringify(loader.state)}`)
