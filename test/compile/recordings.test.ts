import {
  compile,
  Generator,
  gather,
  grad,
  manualSeed,
  noGrad,
  Parameter,
  randint,
  randn,
  type Tensor,
  tensor,
  wasm,
  zeros,
} from '@core/tensor'
import { assign, dependsOn, everyStep, gradientOf, live } from '@core/tensor/extend'
import { BatchNorm1d, Dropout, Linear } from '@nn/layers'
import { mse } from '@nn/losses'
import { Sequential } from '@nn/module'
import { expect, test } from 'vitest'

function net() {
  manualSeed(5)
  return new Sequential(new Linear(4, 8), new BatchNorm1d(8), new Dropout(0.25), new Linear(8, 2))
}
const batch = (i: number, rows = 6) => randn([rows, 4], { generator: new Generator(i) })

/** Counts how often a step's own code runs. */
function counted<A extends Tensor[], R>(step: (...args: A) => R) {
  let runs = 0
  return {
    step: (...args: A) => {
      runs++
      return step(...args)
    },
    get runs() {
      return runs
    },
  }
}

test('other shapes, modes and frozen parameters are recorded apart, and found again', () => {
  const [model, twin] = [net(), net()]
  const one = counted((x: Tensor) => model.forward(x))
  const step = compile(one.step)
  const same = (i: number, rows?: number) =>
    expect(step(batch(i, rows)).dataSync()).toEqual(noGrad(() => twin.forward(batch(i, rows))).dataSync())
  for (let i = 0; i < 5; i++) same(i)
  expect(one.runs).toBe(2)
  for (let i = 0; i < 5; i++) same(i, 3)
  expect(one.runs).toBe(4)
  for (const m of [model, twin]) m.eval()
  for (let i = 0; i < 5; i++) same(i)
  expect(one.runs).toBe(6)
  for (const m of [model, twin]) m.train()
  for (let i = 0; i < 5; i++) same(i)
  expect(one.runs).toBe(6)
  for (let i = 0; i < 3; i++) same(i, 3)
  expect(one.runs).toBe(6)
})

test('freezing a parameter makes a new recording', () => {
  const p = new Parameter(tensor([2, 3]))
  const q = new Parameter(tensor([5, 7]))
  const one = counted((x: Tensor) => {
    for (const t of [p, q]) t.grad = null
    p.mul(x).add(q.mul(x)).sum().backward()
  })
  const step = compile(one.step)
  for (let i = 1; i <= 4; i++) step(tensor([i, i]))
  expect([p.grad?.toArraySync(), q.grad?.toArraySync()]).toEqual([
    [4, 4],
    [4, 4],
  ])
  q.requiresGrad = false
  step(tensor([9, 9]))
  expect([p.grad?.toArraySync(), q.grad]).toEqual([[9, 9], null])
})

test('gradients are those of the last step, and what was read stays', () => {
  const p = new Parameter(zeros([1000]))
  const step = compile((x: Tensor) => {
    p.grad = null
    p.mul(x).sum().backward()
  })
  const kept: Tensor[] = []
  for (let i = 1; i <= 6; i++) {
    step(tensor(new Float32Array(1000).fill(i)))
    if (i % 2 === 0) kept.push(p.grad!)
  }
  expect(kept.map((g) => g.dataSync()[999])).toEqual([2, 4, 6])
})

test('gradients accumulate over calls where the step does not clear them', () => {
  const run = (wrap: <A extends Tensor[], R>(f: (...args: A) => R) => (...args: A) => R) => {
    const p = new Parameter(zeros([300]))
    const step = wrap((x: Tensor) => {
      p.mul(x).sum().backward()
    })
    const sums: number[] = []
    for (let i = 1; i <= 12; i++) {
      step(tensor(new Float32Array(300).fill(i)))
      if (i % 4 === 0) {
        sums.push(p.grad!.dataSync()[7]!)
        p.grad = null
      }
    }
    return sums
  }
  expect(run(compile)).toEqual(run((f) => f))
})

test('state that was moved out of memory between replays is found again', async () => {
  const run = async (compiled: boolean) => {
    const backend = await wasm({ threads: 1, room: 2 ** 20 }).start()
    const generator = new Generator(8)
    const make = (shape: number[]) => new Parameter(randn(shape, { generator, backend }).mul(0.05).detach())
    const layers = [make([300, 300]), make([300, 300]), make([300, 300])]
    const step = (x: Tensor) => {
      for (const p of layers) p.grad = null
      const loss = layers
        .reduce((h, p) => h.matmul(p).tanh(), x)
        .square()
        .mean()
      loss.backward()
      for (const p of layers) noGrad(() => assign(p, p.sub(gradientOf(p)!)))
      return loss
    }
    const fast = compiled ? compile(step) : step
    const losses: number[] = []
    for (let i = 0; i < 12; i++) {
      losses.push(fast(randn([20, 300], { generator, backend })).itemSync())
      // as much as fits, twice over, so that parameters must go, too
      for (let k = 0; k < 40; k++) randn([300, 300], { generator, backend }).mul(2)
    }
    return [losses, backend.memory().spilled.count > 0]
  }
  const want = await run(false)
  expect(await run(true)).toEqual(want)
  expect(want[1]).toBe(true)
})

test('what changes in place stays a version apart for graphs outside', () => {
  const p = new Parameter(tensor([1, 2]))
  const step = compile((x: Tensor) => {
    noGrad(() => assign(p, p.add(x)))
  })
  for (let i = 0; i < 3; i++) step(tensor([1, 1]))
  const loss = p.mul(p).sum()
  step(tensor([1, 1]))
  expect(() => loss.backward()).toThrow(/changed in place/)
  expect(p.toArraySync()).toEqual([5, 6])
})

test('live numbers, side effects and settings', () => {
  const total = new Parameter(zeros([]))
  const log: string[] = []
  let [rate, mode] = [1, 'add']
  const step = compile((x: Tensor) => {
    everyStep(() => log.push('step'))
    const r = live(x.backend, [], () => {
      log.push('rate')
      return Float32Array.of(rate)
    })
    const to = dependsOn(() => mode) === 'add' ? total.add(x.mul(r)) : total.sub(x.mul(r))
    noGrad(() => assign(total, to.detach()))
    return [total.detach().mul(1)] as const
  })
  for (rate = 1; rate <= 5; rate++) expect(step(tensor(1))[0].itemSync()).toBe((rate * (rate + 1)) / 2)
  mode = 'subtract'
  for (rate = 5; rate >= 1; rate--) step(tensor(1))
  expect(total.itemSync()).toBe(0)
  expect(log.join(' ')).toBe(Array(10).fill('step rate').join(' '))
})

test('indices among the arguments are checked at every call, before anything changes', () => {
  const table = new Parameter(zeros([4, 2]))
  const step = compile((at: Tensor) => {
    table.grad = null
    gather(table, 0, at.reshape([1, 2]))
      .sum()
      .backward()
    noGrad(() => assign(table, table.sub(gradientOf(table)!)))
  })
  for (let i = 0; i < 4; i++) step(tensor([i, i], { dtype: 'int32' }))
  const before = table.dataSync()
  expect(() => step(tensor([4, 0], { dtype: 'int32' }))).toThrow(/out of range/)
  expect(table.dataSync()).toEqual(before)
})

test('gradients to an argument are given back as results', () => {
  const model = net().eval()
  const saliency = (x: Tensor) => grad(model.forward(x).sum(), [x])[0]!
  const step = compile(saliency)
  for (let i = 0; i < 5; i++) {
    const x = batch(i).detach().clone()
    const leaf = () => tensor(x.dataSync(), { shape: x.shape, requiresGrad: true })
    expect(step(leaf()).dataSync()).toEqual(saliency(leaf()).dataSync())
  }
})

test('results are fresh tensors without a graph, and a compiled step inside another is part of it', () => {
  const model = net().eval()
  const inner = compile((x: Tensor) => model.forward(x))
  const step = compile((x: Tensor) => ({ y: inner(x), both: [x, model.forward(x).sum()] as const }))
  const results = Array.from({ length: 5 }, (_, i) => step(batch(i)))
  results.forEach(({ y, both }, i) => {
    expect(y.requiresGrad).toBe(false)
    expect(y.dataSync()).toEqual(model.forward(batch(i)).dataSync())
    expect(both[0].dataSync()).toEqual(batch(i).dataSync())
  })
})

test('a step that throws halfway leaves no recording behind', () => {
  const model = net()
  const step = compile((x: Tensor, y: Tensor) => {
    model.zeroGrad()
    const loss = mse(model.forward(x), y)
    loss.backward()
    return loss
  })
  expect(() => step(batch(1), randn([6, 3]))).toThrow(/mse/)
  for (let i = 0; i < 4; i++) step(batch(i), randn([6, 2]))
  expect(() => step(batch(1), randn([6, 3]))).toThrow(/mse/)
  expect(randint([2], 0, 3).requiresGrad).toBe(false)
})
