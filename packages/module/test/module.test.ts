import { ones, Parameter, reference, type Tensor, tensor, zeros } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { Linear, ReLU } from '@nn/layers'
import { buffer, Module, Sequential } from '@nn/module'
import { describe, expect, test } from 'vitest'

class Counter extends Module {
  readonly scale = new Parameter(ones([2]))
  readonly mean = buffer(zeros([2]), { name: 'running_mean' })
  readonly cache = zeros([2]) // a plain tensor is no part of the state
  readonly #hidden = new Parameter(ones([1]))
  override forward(x: Tensor): Tensor {
    return x.mul(this.scale).add(this.#hidden)
  }
}

class Net extends Module {
  readonly list = [new Linear(2, 3), new ReLU()]
  readonly map = new Map([['a', new Linear(3, 2, { bias: false })]])
  readonly parts = { inner: new Sequential(new Linear(2, 2)), list: [new Counter()] }
  readonly alone = new Parameter(ones([1]), { name: 'exported' })
  override forward(x: Tensor): Tensor {
    return this.parts.inner.forward(this.map.get('a')!.forward(this.list[0]!.forward(x) as Tensor))
  }
}

const NAMES = [
  ...['list.0.weight', 'list.0.bias', 'map.a.weight', 'parts.inner.0.weight', 'parts.inner.0.bias'],
  ...['parts.list.0.scale', 'parts.list.0.running_mean', 'exported'],
]

describe('names', () => {
  test('parameters and buffers, in the order of the fields, through arrays, maps, objects and modules', () => {
    const net = new Net()
    expect(Object.keys(net.stateDict())).toEqual(NAMES)
    expect([...net.namedParameters()].map(([name]) => name)).toEqual(
      NAMES.filter((name) => !name.endsWith('running_mean')),
    )
    expect([...net.parameters()]).toHaveLength(NAMES.length - 1)
    expect([...net.namedModules()].map(([name]) => name)).toEqual([
      ...['', 'list.0', 'list.1', 'map.a', 'parts.inner', 'parts.inner.0', 'parts.list.0'],
    ])
  })

  test('Sequential numbers its modules, like PyTorch', () => {
    const net = new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1))
    expect(Object.keys(net.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
    expect(net.length).toBe(3)
    expect(net.at(-1)).toBe(net.at(2))
    expect(net.at(3)).toBeUndefined()
    const x = ones([4, 2])
    const [first, , last] = [net.at(0)!, net.at(1)!, net.at(2)!]
    expect(net.forward(x).toArraySync()).toEqual(last.forward(first.forward(x).relu()).toArraySync())
  })
})

describe('tied parameters', () => {
  class Tied extends Module {
    readonly first = new Linear(2, 2, { bias: false })
    readonly second = new Linear(2, 2, { bias: false })
    readonly same: Linear
    constructor() {
      super()
      Object.assign(this.second, { weight: this.first.weight })
      this.same = this.first
    }
    override forward(x: Tensor): Tensor {
      return this.second.forward(this.first.forward(x))
    }
  }

  test('are one parameter, and stand in the state under each name', () => {
    const net = new Tied()
    expect([...net.namedParameters()].map(([name]) => name)).toEqual(['first.weight'])
    expect(Object.keys(net.stateDict())).toEqual(['first.weight', 'second.weight', 'same.weight'])
    expect([...net.namedModules()].map(([name]) => name)).toEqual(['', 'first', 'second'])
  })

  test('collect the gradients of all their uses, and are loaded once', () => {
    const net = new Tied()
    assign(
      net.first.weight,
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
    net
      .forward(ones([1, 2]))
      .sum()
      .backward()
    // x W W summed: d/dW of Σ W (W x)
    expect(net.first.weight.grad?.toArraySync()).toEqual([
      [7, 11],
      [9, 13],
    ])
    const state = new Tied().stateDict()
    net.loadStateDict(state)
    expect(net.second.weight.toArraySync()).toEqual(state['first.weight']!.toArraySync())
  })
})

describe('state', () => {
  test('is a copy: later changes do not reach it', () => {
    const net = new Linear(2, 2)
    const state = net.stateDict()
    const before = state.weight!.toArraySync()
    assign(net.weight, zeros([2, 2]))
    expect(state.weight!.toArraySync()).toEqual(before)
    expect(state.weight!.requiresGrad).toBe(false)
  })

  test('loading keeps the parameters themselves, and whether they are trained', () => {
    const net = new Net()
    const parameters = [...net.parameters()]
    net.list[0]!.requiresGrad(false)
    expect(net.loadStateDict(new Net().stateDict())).toEqual({ missing: [], unexpected: [] })
    expect([...net.parameters()]).toEqual(parameters)
    expect(parameters.map((p) => p.requiresGrad)).toEqual([false, false, true, true, true, true, true])
  })

  test('loading brings values, also of another float dtype and from another backend', () => {
    const net = new Linear(2, 1)
    const wide = { dtype: 'float64', backend: reference() } as const
    net.loadStateDict({ weight: tensor([[0.5, 0.1]], wide), bias: tensor([2], wide) })
    expect(net.weight.toArraySync()).toEqual([[0.5, Math.fround(0.1)]])
    expect(net.weight.dtype).toBe('float32')
    expect(net.bias!.toArraySync()).toEqual([2])
  })

  test('without strict what fits is loaded and the rest reported; a wrong shape is refused all the same', () => {
    const net = new Linear(2, 1)
    const before = net.bias!.toArraySync()
    const report = net.loadStateDict({ weight: ones([1, 2]), other: ones([1]) }, { strict: false })
    expect(report).toEqual({ missing: ['bias'], unexpected: ['other'] })
    expect(net.weight.toArraySync()).toEqual([[1, 1]])
    expect(net.bias!.toArraySync()).toEqual(before)
    expect(() => net.loadStateDict({ weight: ones([2, 1]), bias: zeros([1]) }, { strict: false })).toThrow(
      /misshapen/,
    )
    expect(net.bias!.toArraySync()).toEqual(before)
  })

  test('a graph of the old values notices that they were overwritten', () => {
    const net = new Linear(2, 1)
    const y = net.forward(ones([1, 2], { requiresGrad: true })).sum()
    net.loadStateDict(new Linear(2, 1).stateDict())
    expect(() => y.backward()).toThrow(/changed in place/)
  })

  test('inherited names of objects are neither missing nor found', () => {
    const net = new Linear(1, 1, { bias: false }) as Linear & { toString: unknown }
    expect(() => net.loadStateDict({})).toThrow(/missing: weight$/m)
    class Odd extends Module {
      readonly map = new Map([['constructor', new Parameter(ones([1]))]])
    }
    expect(() => new Odd().loadStateDict({})).toThrow(/missing: map\.constructor$/m)
  })
})

describe('modes and gradients', () => {
  test('train and eval reach every module and give the module back', () => {
    const net = new Net()
    const modes = () => new Set([...net.namedModules()].map(([, m]) => m.training))
    expect(modes()).toEqual(new Set([true]))
    expect(net.eval()).toBe(net)
    expect(modes()).toEqual(new Set([false]))
    expect(net.train()).toBe(net)
    expect(modes()).toEqual(new Set([true]))
    net.train(false)
    expect(modes()).toEqual(new Set([false]))
  })

  test('a module that holds its owner: modes end, names are refused', () => {
    class Child extends Module {
      owner: Module | undefined
    }
    class Owner extends Module {
      readonly child = new Child()
    }
    const net = new Owner()
    net.child.owner = net
    net.eval()
    expect(net.child.training).toBe(false)
    expect(() => [...net.parameters()]).toThrow(/'child\.owner'/)
  })

  test('zeroGrad clears, requiresGrad freezes', () => {
    const net = new Linear(2, 1)
    net
      .forward(ones([1, 2]))
      .sum()
      .backward()
    expect(net.weight.grad?.toArraySync()).toEqual([[1, 1]])
    net.zeroGrad()
    expect(net.weight.grad).toBeNull()
    expect(net.requiresGrad(false)).toBe(net)
    expect(net.forward(ones([1, 2])).requiresGrad).toBe(false)
    net.requiresGrad(true)
    expect(net.forward(ones([1, 2])).requiresGrad).toBe(true)
  })

  test('a buffer is saved and loaded, copied when it is made, and not trained', () => {
    const first = zeros([2])
    const net = new Counter()
    expect(buffer(first).storage).not.toBe(first.storage)
    assign(net.mean, tensor([1, 2]))
    const other = new Counter()
    other.loadStateDict(net.stateDict())
    expect(other.mean.toArraySync()).toEqual([1, 2])
    expect([...other.parameters()]).toEqual([other.scale])
    expect(other.mean.requiresGrad).toBe(false)
  })
})
