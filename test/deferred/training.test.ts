import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argmax, Generator, multinomial, noGrad, setBackend, type Tensor, tensor } from '@core/tensor'
import { CharTokenizer, DataLoader, Standardizer, sequenceLoader, splitSeries, windowDataset } from '@nn/data'
import { BatchNorm1d, Conv1d, Dropout, Embedding, Flatten, Linear, ReLU } from '@nn/layers'
import { crossEntropy, mse } from '@nn/losses'
import { init, Module, Sequential } from '@nn/module'
import { AdamW, CosineAnnealingLR, clipGradNorm, ReduceLROnPlateau, SGD } from '@nn/optim'
import { detachState, GRU, LSTM, type LSTMState } from '@nn/recurrent'
import * as train from '@nn/train'
import * as files from '@nn/train/node'
import { describe, expect, onTestFinished, test } from 'vitest'
import { deferred } from './backend.js'
import { alike } from './support.js'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'deferred-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

const wave = () =>
  tensor(Array.from({ length: 120 }, (_, i) => [Math.sin(i / 5), Math.cos(i / 9)]).flat(), {
    shape: [120, 2],
  })

const network = () =>
  new Sequential(
    new Flatten(),
    new Linear(16, 12, { init: init.orthogonal() }),
    new BatchNorm1d(12, { momentum: null }),
    new ReLU(),
    new Dropout(0.2),
    new Linear(12, 2),
  )

/** A forecaster and all that a training of it needs, as the guides have it. */
function forecasting() {
  const parts = splitSeries(wave(), { validation: 30, context: 8 })
  const scaler = new Standardizer().fit(parts.train)
  const windows = (series: Tensor) => windowDataset(scaler.transform(series), { inputLength: 8 })
  const model = network()
  const optimizer = new AdamW(model.namedParameters(), { lr: 0.01 })
  const schedule = new CosineAnnealingLR(optimizer, { tMax: 60 })
  const loader = new DataLoader(windows(parts.train), { batchSize: 16, shuffle: true, seed: 3, prefetch: 2 })
  const validation = new DataLoader(windows(parts.validation), { batchSize: 16 })
  const loss = (net: Module, x: Tensor, y: Tensor) => {
    const output = (net as Sequential).forward(x)
    const target = y.reshape(output.shape)
    return { loss: mse(output, target), output, target }
  }
  return { model, optimizer, schedule, loader, validation, loss, scaler }
}

describe('fit', () => {
  test('with every callback, and checkpoints, resumed', () =>
    alike(async () => {
      const path = await folder()
      const run = async (steps: number, start?: train.TrainingStart, bytes?: Uint8Array) => {
        const { model, optimizer, schedule, loader, validation, loss, scaler } = forecasting()
        const parts = { model, optimizer, schedule, loader }
        if (bytes) train.unpackCheckpoint(bytes, parts)
        else if (start) await files.loadCheckpoint(join(path, 'last.safetensors'), parts)
        const lines: string[] = []
        const seen: number[] = []
        const best = train.bestWeights(model, { onBest: ({ value }) => void seen.push(value) })
        const result = await train.fit(model, loader, {
          loss,
          optimizer,
          schedule,
          steps,
          clipNorm: 1,
          accumulate: 2,
          ...(start && { start }),
          validation: {
            loader: validation,
            every: 3,
            metrics: {
              mae: train.meanAbsoluteError(),
              mse: train.meanSquaredError(),
              rmse: train.rootMeanSquaredError(),
              r2: train.r2Score(),
            },
          },
          callbacks: [
            best,
            train.earlyStopping({ patience: 3, restoreBest: model }),
            train.progress({ write: (line) => void lines.push(line) }),
            train.records(() => {}),
            files.csvLog(join(path, 'log.csv')),
            files.jsonlLog(join(path, 'log.jsonl')),
            files.tensorBoard(join(path, 'board')),
            files.checkpoints(join(path, 'last.safetensors'), parts, { every: 5 }),
            files.bestCheckpoint(join(path, 'best.safetensors'), parts),
          ],
        })
        expect(lines.length).toBeGreaterThan(0)
        best.restore()
        const packed = await train.packCheckpoint(parts, { step: result.steps, epoch: result.epochs })
        const forecast = noGrad(() => model.eval().forward(scaler.transform(wave().slice(0, 8)).unsqueeze(0)))
        const { loss: last, stopped } = result
        const state = { last, stopped, seen, ...model.stateDict(), forecast: scaler.inverse(forecast) }
        return { result, packed, state }
      }
      const whole = await run(10)
      const resumed = await run(15, { step: 10, epoch: whole.result.epochs })
      const unpacked = await run(15, { step: 10, epoch: whole.result.epochs }, whole.packed)
      return { whole: whole.state, resumed: resumed.state, unpacked: unpacked.state }
    }))

  test('the NaN guard tells which parameter, input or gradient', async () => {
    await setBackend(deferred())
    const model = new Linear(2, 1)
    const fit = (x: Tensor, loss: (net: Linear, x: Tensor) => Tensor) =>
      train.fit(model, [[x]] as const, { loss, optimizer: new SGD(model.namedParameters(), { lr: 1 }) })
    const good = tensor([[1, 2]]).mul(1)
    await expect(fit(tensor([[1, Number.NaN]]).mul(1), (net, x) => net.forward(x).sum())).rejects.toThrow(
      /tensor 0 of the batch holds NaN at index 1/,
    )
    await expect(fit(good, (net, x) => net.forward(x).mul(0).abs().sqrt().sum())).rejects.toThrow(
      /the gradient of 'weight' holds/,
    )
    await expect(fit(good, (net, x) => net.forward(x).mul(0).log().sum())).rejects.toThrow(
      /in step 1 the loss is -Infinity, though parameters and batch are finite/,
    )
  })

  test('evaluate, with every metric over classes', () =>
    alike(async () => {
      const model = new Sequential(new Conv1d(1, 4, 3), new Flatten(), new Linear(24, 3))
      const x = wave().slice(0, 64).reshape([16, 1, 8])
      const y = argmax(model.forward(x), { axis: 1 }) // on the device only
      const batches: [Tensor, Tensor][] = [[x, y]]
      const found = await train.evaluate(model, batches, {
        loss: (net, input, target) => {
          const output = net.forward(input)
          return { loss: crossEntropy(output, target), output, target }
        },
        metrics: {
          accuracy: train.accuracy(),
          top: train.topKAccuracy(2),
          confusion: train.confusionMatrix(3),
          perplexity: train.perplexity(),
        },
      })
      expect(found.metrics.accuracy).toBe(1)
      const binary = train.binaryAccuracy()
      await binary.update(model.forward(x).slice(0, 1, { axis: 1 }), y.reshape([16, 1]))
      return { ...found, binary: binary.compute() }
    }))

  test('schedules that look at losses', () =>
    alike(async () => {
      const model = new Linear(2, 1)
      const optimizer = new SGD(model.namedParameters(), { lr: 0.1 })
      const plateau = new ReduceLROnPlateau(optimizer, { patience: 0 })
      for (let i = 0; i < 3; i++) plateau.step(await model.forward(wave()).square().mean().item())
      return { lr: optimizer.groups[0]!.lr }
    }))
})

class CharModel extends Module {
  readonly embed: Embedding
  readonly lstm: LSTM
  readonly gru: GRU
  readonly head: Linear
  constructor(readonly size: number) {
    super()
    this.embed = new Embedding(size, 6)
    this.lstm = new LSTM(6, 8)
    this.gru = new GRU(8, 8, { init: init.orthogonal() })
    this.head = new Linear(8, size)
  }
  override forward(tokens: Tensor, state?: readonly [LSTMState, Tensor]) {
    const below = this.lstm.forward(this.embed.forward(tokens), { state: state?.[0] })
    const above = this.gru.forward(below.output, { state: state?.[1] })
    return { logits: this.head.forward(above.output), state: [below.state, above.state] as const }
  }
}

test('truncated backpropagation through time, then text drawn from the model', () =>
  alike(async () => {
    const text = 'the quick brown fox jumps over the lazy dog. '.repeat(6)
    const tokenizer = CharTokenizer.fromText(text)
    const model = new CharModel(tokenizer.size)
    const optimizer = new AdamW(model.namedParameters(), { lr: 0.01 })
    const loader = sequenceLoader(tokenizer.encode(text), { length: 12, batch: 4, contiguous: true })
    let state: readonly [LSTMState, Tensor] | undefined
    const losses: number[] = []
    for await (const [x, y] of loader) {
      optimizer.zeroGrad()
      const out = model.forward(x, state)
      state = detachState(out.state)
      const loss = crossEntropy(out.logits, y)
      loss.backward()
      clipGradNorm(model.parameters(), 1)
      optimizer.step()
      losses.push(await loss.item())
    }

    const generator = new Generator(4)
    let tokens = tensor(tokenizer.encode('the '), { shape: [1, 4] })
    const drawn: number[] = []
    state = undefined
    for (let i = 0; i < 12; i++) {
      const next = noGrad(() => {
        const out = model.forward(tokens, state)
        state = out.state
        const last = out.logits.slice(-1, undefined, { axis: 1 }).reshape([tokenizer.size])
        return multinomial(last.div(0.8).softmax(), 1, { generator })
      })
      tokens = next.reshape([1, 1]) // goes on without having been read
      drawn.push(await next.item())
    }
    return { losses, drawn: tokenizer.decode(drawn) }
  }))
