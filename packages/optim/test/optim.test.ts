import { ones, Parameter, reference, tensor, zeros } from '@core/tensor'
import { clipGradNorm, SGD, type SGDOptions } from '@nn/optim'
import { describe, expect, test } from 'vitest'

const F64 = { dtype: 'float64', backend: reference() } as const
const parameter = (values: number[], wide = false) => new Parameter(tensor(values, wide ? F64 : {}))

/** Gives a parameter this gradient. */
function slope(p: Parameter, values: number[]): void {
  p.grad = tensor(values, { dtype: p.dtype, backend: p.backend })
}

/** PyTorch's SGD in plain numbers: one value after several steps. */
function byHand(start: number, gradients: number[], options: SGDOptions): number {
  const { lr, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = options
  let p = start
  let v: number | undefined
  for (const raw of gradients) {
    let g = maximize ? -raw : raw
    g += weightDecay * p
    if (momentum !== 0) {
      v = v === undefined ? g : momentum * v + (1 - dampening) * g
      g = nesterov ? g + momentum * v : v
    }
    p -= lr * g
  }
  return p
}

describe('SGD', () => {
  const GRADIENTS = [
    [1, -2, 0.5],
    [0.3, 4, -1],
    [-2, 0.1, 0],
    [1, 1, 1],
  ]
  const START = [0.5, -1, 2]
  const options: SGDOptions[] = [
    { lr: 0.1 },
    { lr: 0.1, weightDecay: 0.2 },
    { lr: 0.1, momentum: 0.9 },
    { lr: 0.1, momentum: 0.9, dampening: 0.4 },
    { lr: 0.1, momentum: 0.9, dampening: -0.4, weightDecay: 0.1 },
    { lr: 0.1, momentum: 0.9, nesterov: true },
    { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    { lr: 0.1, maximize: true },
    { lr: 0.1, momentum: 0.5, weightDecay: 0.3, dampening: 0.1, maximize: true },
    { lr: 0 },
  ]
  test.each(options)('%j as by hand, in both precisions', (option) => {
    for (const wide of [true, false]) {
      const p = parameter(START, wide)
      const sgd = new SGD([p], option)
      for (const g of GRADIENTS) {
        slope(p, g)
        sgd.step()
      }
      p.dataSync().forEach((v: number, i: number) => {
        const want = byHand(
          START[i]!,
          GRADIENTS.map((g) => g[i]!),
          option,
        )
        expect(v).toBeCloseTo(want, wide ? 12 : 5)
      })
    }
  })

  test('what is undefined counts as left out, in groups too', () => {
    const p = parameter([1])
    const nothing = { momentum: undefined } as unknown as SGDOptions
    const sgd = new SGD([{ params: [p], ...nothing }], { ...nothing, lr: 0.5 })
    expect(sgd.groups[0]).toMatchObject({ lr: 0.5, momentum: 0, nesterov: false })
  })

  test('groups have hyperparameters of their own, which may be changed at any time', () => {
    const [a, b] = [parameter([1]), parameter([1])]
    const sgd = new SGD([{ params: [['a', a] as const], lr: 0.5 }, { params: [b] }], { lr: 0.1 })
    const step = () => {
      slope(a, [1])
      slope(b, [1])
      sgd.step()
      return [a.itemSync(), b.itemSync()]
    }
    expect(step()).toEqual([0.5, Math.fround(0.9)])
    sgd.groups[1]!.lr = 1
    expect(step()[0]).toBe(0)
    expect(b.itemSync()).toBeCloseTo(-0.1, 6)
    expect([...sgd.groups[0]!.params.keys()]).toEqual(['a'])
  })

  test('a parameter without gradient stays, and its momentum begins when it gets one', () => {
    const [a, b] = [parameter([1]), parameter([1])]
    const sgd = new SGD([a, b], { lr: 0.1, momentum: 0.9, dampening: 0.5 })
    slope(a, [1])
    sgd.step()
    expect(b.itemSync()).toBe(1)
    slope(b, [1])
    sgd.step()
    expect(b.itemSync()).toBeCloseTo(0.9, 6) // the first step is not dampened
    expect(a.itemSync()).toBeCloseTo(byHand(1, [1, 1], { lr: 0.1, momentum: 0.9, dampening: 0.5 }), 6)
  })

  test('momentum switched on later begins then', () => {
    const p = parameter([0])
    const sgd = new SGD([p], { lr: 1 })
    slope(p, [1])
    sgd.step()
    sgd.groups[0]!.momentum = 0.5
    sgd.step()
    sgd.step()
    expect(p.itemSync()).toBe(-(1 + 1 + 1.5))
  })

  test('takes parameters, named ones and generators; zeroGrad clears them all', () => {
    const [a, b] = [parameter([1]), parameter([2])]
    function* named(): Generator<[string, Parameter]> {
      yield ['first', a]
      yield ['second', b]
    }
    const sgd = new SGD(named(), { lr: 0.1 })
    expect([...sgd.groups[0]!.params.keys()]).toEqual(['first', 'second'])
    slope(a, [1])
    slope(b, [1])
    sgd.zeroGrad()
    expect([a.grad, b.grad]).toEqual([null, null])
    expect([...new SGD(new Set([a, b]), { lr: 0.1 }).groups[0]!.params.keys()]).toEqual(['0', '1'])
  })

  test('finds the minimum of a parabola', () => {
    const p = parameter([5, -3])
    const sgd = new SGD([p], { lr: 0.1, momentum: 0.5 })
    for (let i = 0; i < 100; i++) {
      sgd.zeroGrad()
      p.sub(tensor([1, 2]))
        .square()
        .sum()
        .backward()
      sgd.step()
    }
    p.dataSync().forEach((v: number, i: number) => {
      expect(v).toBeCloseTo([1, 2][i]!, 4)
    })
  })
})

describe('clipGradNorm', () => {
  const two = () => {
    const [a, b] = [new Parameter(zeros([2])), new Parameter(zeros([1, 1]))]
    slope(a, [3, 0])
    b.grad = tensor([[4]])
    return [a, b] as const
  }
  test('scales all gradients together and gives the norm before', () => {
    const [a, b] = two()
    expect(clipGradNorm([a, b], 1).itemSync()).toBe(5)
    expect(a.grad!.dataSync()[0]).toBeCloseTo(0.6, 6)
    expect(b.grad!.itemSync()).toBeCloseTo(0.8, 6)
  })
  test('leaves them where they are short enough, and parameters without gradient out', () => {
    const [a, b] = two()
    const norm = clipGradNorm(
      [['a', a] as const, ['b', b] as const, ['c', new Parameter(ones([1]))] as const],
      5.1,
    )
    expect(norm.itemSync()).toBe(5)
    expect(a.grad!.toArraySync()).toEqual([3, 0])
    expect(b.grad!.toArraySync()).toEqual([[4]])
  })
})
