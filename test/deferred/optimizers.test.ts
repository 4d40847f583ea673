import { BackendError, randn, reference, setBackend, type Tensor, tensor } from '@core/tensor'
import { Linear, MLP } from '@nn/layers'
import { mse } from '@nn/losses'
import * as optim from '@nn/optim'
import { describe, expect, test } from 'vitest'
import { deferred } from './backend.js'
import { alike, inside } from './support.js'

const { SGD, Adam, AdamW, Adamax, NAdam, RAdam, Lion, Muon, RMSprop, Adagrad, Adadelta } = optim
type Named = Iterable<readonly [string, import('@core/tensor').Parameter]>

const rest = { weightDecay: 0.01, maximize: true }
const all: Readonly<Record<string, (parameters: Named) => optim.Optimizer<never>>> = Object.fromEntries(
  Object.entries({
    SGD: (p: Named) => new SGD(p, { lr: 0.1 }),
    'SGD with Nesterov': (p: Named) => new SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true, ...rest }),
    'SGD with dampening': (p: Named) => new SGD(p, { lr: 0.1, momentum: 0.9, dampening: 0.1 }),
    Adam: (p: Named) => new Adam(p, { amsgrad: true, ...rest }),
    'Adam, decoupled': (p: Named) => new Adam(p, { decoupledWeightDecay: true, ...rest }),
    AdamW: (p: Named) => new AdamW(p, { amsgrad: true, ...rest }),
    Adamax: (p: Named) => new Adamax(p, rest),
    NAdam: (p: Named) => new NAdam(p, { decoupledWeightDecay: true, ...rest }),
    RAdam: (p: Named) => new RAdam(p, { decoupledWeightDecay: true, ...rest }),
    Lion: (p: Named) => new Lion(p, rest),
    Muon: (p: Named) =>
      new Muon(
        [...p].filter(([, one]) => one.rank === 2),
        { adjustLrFn: 'matchRmsAdamw', ...rest },
      ),
    RMSprop: (p: Named) => new RMSprop(p, { momentum: 0.5, centered: true, ...rest }),
    Adagrad: (p: Named) => new Adagrad(p, { lrDecay: 0.1, initialAccumulatorValue: 0.1, ...rest }),
    Adadelta: (p: Named) => new Adadelta(p, rest),
  }),
) as never

const model = () => new MLP([3, 5, 2])

function trained(net: MLP, steps: number, step: () => void): void {
  for (let i = 0; i < steps; i++) {
    for (const p of net.parameters()) p.grad = null
    mse(net.forward(randn([4, 3])), randn([4, 2])).backward()
    step()
  }
}

describe('optimizers', () => {
  test.each(Object.entries(all))('%s, and its state', (_, make) =>
    alike(() => {
      const net = model()
      const optimizer = make(net.namedParameters())
      trained(net, 3, () => optimizer.step())
      const copy = model()
      copy.loadStateDict(net.stateDict())
      const again = make(copy.namedParameters())
      again.loadStateDict(optimizer.stateDict() as never) // into one that has no state yet
      again.loadStateDict(optimizer.stateDict() as never) // and into one that has
      trained(copy, 2, () => again.step())
      return { ...inside(copy), state: again.stateDict() }
    }),
  )

  test('clipping, penalties and averages', () =>
    alike(() => {
      const net = model()
      const norms: Tensor[] = []
      const clip = [
        () => optim.clipGradNorm(net.namedParameters(), 0.1),
        () => optim.clipGradNorm(net.parameters(), 0.1, { normType: Infinity }),
        () => optim.clipGradValue(net.parameters(), 0.01),
        () => optim.clipGradAdaptive(net.parameters(), { clipping: 0.01 }),
      ]
      const optimizer = new SGD(net.namedParameters(), { lr: 0.1 })
      const ema = new optim.ExponentialMovingAverage(net.namedParameters(), { decay: 0.9 })
      const swa = new optim.StochasticWeightAverage(net.namedParameters())
      trained(net, 4, () => {
        const found = clip.shift()!() as Tensor | undefined
        if (found) norms.push(found)
        optim.l1Penalty(net.parameters(), 0.1).backward()
        optim.l2Penalty(net.parameters(), 0.1).backward()
        optimizer.step()
        ema.update()
        swa.update()
      })
      const other = new optim.ExponentialMovingAverage(net.namedParameters(), { decay: 0.9 })
      other.loadStateDict(ema.stateDict())
      const averaged = other.withAverages(() => net.forward(randn([4, 3])))
      swa.copyTo()
      return { norms, averaged, ema: other.stateDict(), ...net.stateDict() }
    }))

  test('the test for a learning rate awaits losses', () =>
    alike(async () => {
      const net = model()
      const optimizer = new SGD(net.namedParameters(), { lr: 0.1 })
      const found = await optim.lrRangeTest(
        optimizer,
        async () => {
          let loss = 0
          optimizer.zeroGrad()
          const now = mse(net.forward(randn([4, 3])), randn([4, 2]))
          now.backward()
          loss = await now.item()
          optimizer.step()
          return loss
        },
        { count: 5, restore: [net, optimizer] },
      )
      return { losses: found.losses, ...net.stateDict() }
    }))

  test('errorIfNonfinite says what to do instead', async () => {
    await setBackend(deferred())
    const layer = new Linear(2, 1)
    layer
      .forward(randn([3, 2]))
      .sum()
      .backward()
    expect(() => optim.clipGradNorm(layer.parameters(), 1, { errorIfNonfinite: true })).toThrow(
      /clipGradNorm: errorIfNonfinite looks at the norm at once, which the deferred backend cannot read; leave it out, and where await norm.item\(\)/,
    )
  })

  test('states from another backend are read before anything changes', async () => {
    await setBackend(deferred())
    const far = new Linear(2, 1)
    const optimizer = new SGD(far.namedParameters(), { lr: 0.1, momentum: 0.9 })
    far
      .forward(randn([3, 2]))
      .sum()
      .backward()
    optimizer.step()
    const ema = new optim.ExponentialMovingAverage(far.namedParameters(), { decay: 0.9 })
    ema.update()
    await setBackend(reference())
    const near = new Linear(2, 1)
    const own = new SGD(near.namedParameters(), { lr: 0.2, momentum: 0.9 })
    const average = new optim.ExponentialMovingAverage(near.namedParameters(), { decay: 0.9 })
    const before = near.weight.toArraySync()
    const message =
      /are only on the deferred backend, which cannot be read at once; pass a copy that can be: await tensor.toAsync\(reference\(\)\)/
    for (const load of [
      () => near.loadStateDict(far.stateDict()),
      () => own.loadStateDict(optimizer.stateDict()),
      () => average.loadStateDict(ema.stateDict()),
    ]) {
      expect(load).toThrow(BackendError)
      expect(load).toThrow(message)
    }
    expect(near.weight.toArraySync()).toEqual(before)
    expect(own.groups[0]!.lr).toBe(0.2)

    const state = Object.entries(far.stateDict()).map(async ([k, t]) => [k, await t.toAsync(reference())])
    near.loadStateDict(Object.fromEntries(await Promise.all(state)) as Record<string, Tensor>)
    expect(near.weight.dataSync()).toEqual(await far.weight.data())
    far.loadStateDict({ weight: tensor([[1, 2]]), bias: tensor([3]) }) // into the device it always can
    expect(await far.weight.toArray()).toEqual([[1, 2]])
    far.loadStateDict({
      weight: tensor([[0.1, 2]], { dtype: 'float64' }),
      bias: tensor([3], { dtype: 'float64' }),
    })
    expect(await far.weight.toArray()).toEqual([[Math.fround(0.1), 2]])
  })
})
