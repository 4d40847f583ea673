import { Parameter, tensor } from '@core/tensor'
import { Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Muon, NAdam, RAdam, RMSprop } from '@nn/optim'
import { describe, expect, test } from 'vitest'
import { type AnyOptimizer, F64, LAST, Training } from './support.js'

describe('hyperparameters that are refused', () => {
  const p = () => [new Parameter(tensor([[1, 2]]))]
  const js = (value: unknown) => value as never
  // biome-ignore format: one row a line
  const rows: [string, () => AnyOptimizer | object, RegExp][] = [
    ['Adam lr', () => new Adam(p(), { lr: -1 }), /Adam: lr.*≥ 0.*-1/],
    ['Adam eps', () => new Adam(p(), { eps: -1e-8 }), /Adam: eps.*-1e-8/],
    ['Adam weightDecay', () => new Adam(p(), { weightDecay: Number.NaN }), /Adam: weightDecay.*NaN/],
    ['Adam betas[0]', () => new Adam(p(), { betas: [1, 0.9] }), /Adam: betas\[0\].*< 1, got 1/],
    ['Adam betas[1]', () => new Adam(p(), { betas: [0.9, -0.1] }), /Adam: betas\[1\].*-0\.1/],
    ['Adam one beta', () => new Adam(p(), { betas: js(0.9) }), /Adam: betas.*list of 2 numbers, got 0\.9/],
    ['Adam short betas', () => new Adam(p(), { betas: js([0.9]) }), /Adam: betas.*2 numbers, got 1/],
    ['Adam beta in words', () => new Adam(p(), { betas: js(['a', 0.9]) }), /Adam: betas\[0\].*'a'/],
    ['Adam amsgrad', () => new Adam(p(), { amsgrad: js(1) }), /Adam: amsgrad.*true or false/],
    ['Adam weight_decay', () => new Adam(p(), js({ weight_decay: 1 })), /Adam:.*'weight_decay'.*weightDecay/],
    [
      'AdamW decoupled',
      () => new AdamW(p(), js({ decoupledWeightDecay: true })),
      /AdamW: there is no option/,
    ],
    ['NAdam momentumDecay', () => new NAdam(p(), { momentumDecay: -1 }), /NAdam: momentumDecay.*-1/],
    ['RAdam lr', () => new RAdam(p(), { lr: Infinity }), /RAdam: lr.*finite/],
    ['Adamax eps', () => new Adamax(p(), { eps: -1 }), /Adamax: eps/],
    ['Adagrad lrDecay', () => new Adagrad(p(), { lrDecay: -1 }), /Adagrad: lrDecay/],
    [
      'Adagrad start',
      () => new Adagrad(p(), { initialAccumulatorValue: -1 }),
      /Adagrad: initialAccumulatorValue/,
    ],
    ['Adadelta rho', () => new Adadelta(p(), { rho: 1.1 }), /Adadelta: rho.*≥ 0 and ≤ 1, got 1\.1/],
    ['RMSprop alpha', () => new RMSprop(p(), { alpha: -0.1 }), /RMSprop: alpha/],
    ['RMSprop momentum', () => new RMSprop(p(), { momentum: -0.1 }), /RMSprop: momentum/],
    ['Lion betas', () => new Lion(p(), { betas: [0.9, 1] }), /Lion: betas\[1\]/],
    ['Muon nsSteps', () => new Muon(p(), { nsSteps: 100 }), /Muon: nsSteps.*≤ 99, got 100/],
    [
      'Muon nsCoefficients',
      () => new Muon(p(), { nsCoefficients: js([1, 2]) }),
      /Muon: nsCoefficients.*3 numbers/,
    ],
    [
      'Muon adjustLrFn',
      () => new Muon(p(), { adjustLrFn: js('rms') }),
      /Muon: adjustLrFn.*original, matchRmsAdamw.*'rms'/,
    ],
    [
      'Muon, vectors',
      () => new Muon([['bias', new Parameter(tensor([1]))]]),
      /Muon: parameter 'bias'.*\[1\].*AdamW/,
    ],
    ['in a group', () => new Adam([{ params: p(), betas: [0.9, 2] }]), /Adam: betas\[1\]/],
  ]
  test.each(rows)('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })

  test('changed between steps: the step changes nothing', () => {
    for (const [, c] of LAST) {
      const training = new Training(c, F64).run(9)
      const { groups } = training.optimizer as unknown as { groups: { lr: number }[] }
      const before = training.values()
      const lr = groups[1]!.lr
      groups[1]!.lr = Number.NaN
      expect(() => training.optimizer.step()).toThrow(/lr/)
      expect(training.values()).toEqual(before)
      groups[1]!.lr = lr
      expect(training.run(20).values()).toEqual(new Training(c, F64).run(20).values())
    }
  })
})

test('AMSGrad and centring switched on later begin then', () => {
  const p = new Parameter(tensor([1], F64))
  const adam = new Adam([p], { lr: 0.1 })
  const rmsprop = new RMSprop([p], { lr: 0.1 })
  const step = () => {
    p.grad = tensor([1], F64)
    adam.step()
    rmsprop.step()
  }
  step()
  adam.groups[0]!.amsgrad = true
  Object.assign(rmsprop.groups[0]!, { centered: true, momentum: 0.9 })
  step()
  expect(Number.isFinite(p.itemSync())).toBe(true)
  expect(Object.keys(adam.stateDict().state['0']!)).toContain('maxExpAvgSq')
  expect(Object.keys(rmsprop.stateDict().state['0']!)).toEqual(
    expect.arrayContaining(['gradAvg', 'momentumBuffer']),
  )
})

test('Muon: the step of a matrix is nearly orthogonal, whatever the gradient', () => {
  const p = new Parameter(tensor([[0, 0, 0], [0, 0, 0]], F64)) // biome-ignore format: a matrix
  const muon = new Muon([p], { lr: 1, weightDecay: 0, nsCoefficients: [2, -1.5, 0.5], nsSteps: 40 })
  p.grad = tensor([[3, 1, 0], [1, 2, 500]], F64) // biome-ignore format: a matrix
  muon.step()
  const gram = p.matmul(p.transpose()).dataSync()
  ;[1, 0, 0, 1].forEach((x, i) => {
    expect(gram[i]).toBeCloseTo(x, 8)
  })
})
