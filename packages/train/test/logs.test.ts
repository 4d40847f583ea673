// The bytes of TensorBoard's own writer: tools/fixtures/tensorboard_events.py
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Tensor, tensor } from '@core/tensor'
import { Linear } from '@nn/layers'
import { mse } from '@nn/losses'
import { SGD } from '@nn/optim'
import {
  confusionMatrix,
  csvLine,
  eventFileHeader,
  fit,
  jsonLine,
  meanAbsoluteError,
  scalarRecord,
} from '@nn/train'
import { csvLog, jsonlLog, tensorBoard } from '@nn/train/node'
import { afterAll, describe, expect, test } from 'vitest'
import { crc32c } from '../src/callbacks/crc32c.js'

interface Fixture {
  wallTime: number
  resumed: number
  header: string
  resumedHeader: string
  events: { step: number; wallTime: number; scalars: Record<string, number>; bytes: string }[]
}
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/tensorboard.json', import.meta.url), 'utf8'),
) as Fixture
const folder = mkdtempSync(join(tmpdir(), 'logs-'))
afterAll(() => rmSync(folder, { recursive: true }))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe("TensorBoard's format", () => {
  test('the check value of CRC-32C', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
  })
  test('header, also of a training that is resumed', () => {
    expect(hex(eventFileHeader(fixture.wallTime))).toBe(fixture.header)
    expect(hex(eventFileHeader(fixture.wallTime, fixture.resumed))).toBe(fixture.resumedHeader)
  })
  test.each(fixture.events)('scalars of step $step', ({ bytes, ...event }) => {
    expect(hex(scalarRecord(event))).toBe(bytes)
  })
})

test('lines: what CSV quotes, and what JSON cannot say', () => {
  expect(csvLine([1e-9, Number.NaN, 'x\ny', null, [[1], [2]]])).toBe('1e-9,NaN,"x\ny",,"[[1],[2]]"\n')
  const values = { a: Number.NaN, b: -Infinity, c: [1, Infinity] }
  expect(jsonLine({ step: 2, epoch: 0, seconds: 1, values })).toBe(
    '{"step":2,"epoch":0,"seconds":1,"a":"NaN","b":"-Infinity","c":[1,"Infinity"]}\n',
  )
})

const batches = [1, 2, 3].map((i) => [tensor([[i]]), tensor([[2 * i]])] as [Tensor, Tensor])
const loss = (net: Linear, x: Tensor, target: Tensor) => {
  const output = net.forward(x)
  return { loss: mse(output, target), output, target }
}

/** Six steps in two epochs with validation, or from the fifth step on. */
async function train(...callbacks: ReturnType<typeof csvLog>[]) {
  const model = new Linear(1, 1)
  const options = {
    loss,
    optimizer: new SGD(model.parameters(), { lr: 0.01 }),
    epochs: 2,
    validation: { loader: batches.slice(1), metrics: { mae: meanAbsoluteError() } },
    callbacks,
  }
  await fit(model, batches, options)
  return () => fit(model, batches, { ...options, epochs: 3, start: { step: 4, epoch: 1 } })
}

const csv = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))

test('a CSV file: columns known from the beginning, a line for everything', async () => {
  const path = join(folder, 'log.csv')
  const resume = await train(csvLog(path))
  const [header, ...rows] = csv(path)
  expect(header).toEqual(
    'step,epoch,seconds,train/loss,train/gradNorm,lr,validation/loss,validation/mae,epoch/loss'.split(','),
  )
  expect(rows.map((row) => row[0])).toEqual(['1', '2', '3', '3', '3', '4', '5', '6', '6', '6'])
  expect(rows.every((row) => row.length === header!.length)).toBe(true)
  expect(rows[0]![5]).toBe('0.01')
  expect(rows[3]!.map((field) => field !== '')).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    true,
    true,
    false,
  ])
  const before = readFileSync(path, 'utf8').split('\n')
  appendFileSync(path, '7,2,0.0') // cut off by a crash
  await resume()
  const after = readFileSync(path, 'utf8').split('\n')
  expect(after.slice(0, 7)).toEqual(before.slice(0, 7)) // the header, and what belongs to the first four steps
  expect(
    csv(path)
      .slice(7)
      .map((row) => row[0]),
  ).toEqual(['5', '6', '7', '7', '7', '8', '9', '10', '10', '10'])
})

test('JSON lines, every second step', async () => {
  const path = join(folder, 'log.jsonl')
  const resume = await train(jsonlLog(path, { every: 2 }))
  const lines = () =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  expect(lines().map(({ step }) => step)).toEqual([2, 3, 3, 4, 6, 6, 6])
  expect(lines()[0]).toMatchObject({ step: 2, epoch: 0, lr: 0.01 })
  expect(lines()[1]['validation/mae']).toBeGreaterThan(0)
  await resume()
  expect(lines().map(({ step }) => step)).toEqual([2, 3, 3, 4, 6, 7, 7, 8, 10, 10, 10])
})

test('TensorBoard: a file that begins as it must, whose records hold what was measured', async () => {
  const board = join(folder, 'deep/board')
  const resume = await train(tensorBoard(board))
  const [name] = readdirSync(board)
  const bytes = readFileSync(join(board, name!))
  expect(records(bytes)).toHaveLength(1 + 10)
  await resume()
  expect(readdirSync(board)).toHaveLength(2)
})

/** Splits an event file, and checks its checksums. */
function records(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at))
    const data = bytes.subarray(at + 12, at + 12 + length)
    for (const [part, where] of [
      [bytes.subarray(at, at + 8), at + 8],
      [data, at + 12 + length],
    ] as const) {
      const unmasked = (bytes.readUInt32LE(where) - 0xa282ead8) >>> 0
      expect(((unmasked << 15) | (unmasked >>> 17)) >>> 0).toBe(crc32c(part))
    }
    found.push(data)
    at += 16 + length
  }
  return found
}

test('what is no number is left to logs that can hold it', async () => {
  const path = join(folder, 'confusion.csv')
  const board = join(folder, 'confusion')
  const model = new Linear(1, 2)
  const target = tensor([0, 1], { dtype: 'int32' })
  await fit(model, [[tensor([[1], [2]])] as [Tensor]], {
    loss: (net, x) => {
      const output = net.forward(x)
      return { loss: output.square().mean(), output, target }
    },
    optimizer: new SGD(model.parameters(), { lr: 0.01 }),
    validation: { loader: [[tensor([[1], [2]])] as [Tensor]], metrics: { confusion: confusionMatrix(2) } },
    callbacks: [csvLog(path), tensorBoard(board)],
  })
  expect(readFileSync(path, 'utf8')).toMatch(/,"\[\[\d,\d\],\[\d,\d\]\]",/)
  expect(records(readFileSync(join(board, readdirSync(board)[0]!)))).toHaveLength(4)
})

test('a folder that does not exist is an error before the training', async () => {
  const model = new Linear(1, 1)
  const optimizer = new SGD(model.parameters(), { lr: 0.01 })
  const before = model.weight.itemSync()
  for (const log of [csvLog, jsonlLog])
    await expect(
      fit(model, batches, { loss, optimizer, callbacks: [log(join(folder, 'none/log'))] }),
    ).rejects.toThrow(/ENOENT/)
  expect(model.weight.itemSync()).toBe(before)
})
