import { Generator, noGrad, Parameter, reference, setBackend, type Tensor, tensor, zeros } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { buffer, Module, ModuleDict, ModuleList, Sequential } from '@nn/module'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(() => setBackend(reference()))

class Scale extends Module {
  readonly weight: Parameter
  constructor(factor: number) {
    super()
    this.weight = new Parameter(tensor([factor]))
  }
  override forward(x: Tensor): Tensor {
    return x.mul(this.weight)
  }
}
const names = (module: Module) => Object.keys(module.stateDict())

describe('containers', () => {
  test('Sequential with numbers and with names', () => {
    const plain = new Sequential(new Scale(2), new Scale(3))
    expect(plain.forward(tensor([1])).toArraySync()).toEqual([6])
    expect(names(plain)).toEqual(['0.weight', '1.weight'])
    expect(plain.at(-1)).toBe([...plain][1])
    const named = new Sequential({ a: new Scale(2), b: new Sequential({ c: new Scale(5) }) })
    expect(named.forward(tensor([1])).toArraySync()).toEqual([10])
    expect(names(named)).toEqual(['a.weight', 'b.c.weight'])
    expect(named.at('a')).toBe(named.at(0))
    expect(named.length).toBe(2)
    expect(new Sequential().forward(tensor([1])).toArraySync()).toEqual([1])
  })

  test('lists and dictionaries', () => {
    const list = new ModuleList([new Scale(1)]).append(new Scale(2))
    expect([list.length, list.at(-1)!.weight.itemSync()]).toEqual([2, 2])
    expect(names(list)).toEqual(['0.weight', '1.weight'])
    const dict = new ModuleDict({ get: new Scale(1) }).set('size', new Scale(2))
    expect([dict.size, dict.has('get'), dict.has('set')]).toEqual([2, true, false])
    expect(names(dict)).toEqual(['get.weight', 'size.weight'])
    expect(dict.delete('size')).toBe(true)
    expect([...dict].map(([name]) => name)).toEqual(['get'])
    expect(() => dict.get('none')).toThrow(/there is no 'none'; there are: get/)
    expect([...list.eval().namedModules()].every(([, m]) => !m.training)).toBe(true)
  })

  test('what is no module, and names that part others, are refused', () => {
    expect(() => new Sequential(new Scale(1), (() => 0) as never)).toThrow(
      /Sequential: argument 1 must be a Module, got a function/,
    )
    expect(() => new Sequential({ 'a.b': new Scale(1) })).toThrow(/'a.b' cannot be a name/)
    expect(() => new ModuleList([3 as never])).toThrow(/ModuleList: .*0 must be a Module, got 3/)
  })
})

test('apply visits parts before the whole, each once', () => {
  const shared = new Scale(1)
  const net = new Sequential(shared, new Sequential(new Scale(2), shared))
  const seen: string[] = []
  expect(
    net.apply((m) =>
      seen.push(m instanceof Scale ? String(m.weight.itemSync()) : `${(m as Sequential).length}`),
    ),
  ).toBe(net)
  expect(seen).toEqual(['1', '2', '2', '2'])
})

describe('deep copies', () => {
  test('have parameters of their own, tied ones still tied', () => {
    class Tied extends Module {
      readonly parts = new Map([['a', new Scale(2)]])
      readonly same = this.parts.get('a')!
      readonly steps = buffer(zeros([]), { name: 'n' })
      readonly list = [new Scale(3)]
      readonly generator = new Generator(4)
      readonly settings = { depth: 1 }
      override forward(x: Tensor): Tensor {
        return this.list[0]!.forward(this.same.forward(x))
      }
    }
    const net = new Tied().eval()
    net.list[0]!.requiresGrad(false)
    const copy = net.clone()
    expect(copy).toBeInstanceOf(Tied)
    expect(copy.parts.get('a')).toBe(copy.same)
    expect(copy.same).not.toBe(net.same)
    expect(names(copy)).toEqual(names(net))
    expect([copy.training, copy.list[0]!.training]).toEqual([false, false])
    expect(copy.list[0]!.weight.requiresGrad).toBe(false)
    expect(copy.settings).toEqual({ depth: 1 })
    expect(copy.settings).not.toBe(net.settings)
    expect(copy.generator.next()).toBe(net.generator.next())
    noGrad(() => assign(copy.same.weight, tensor([10])))
    expect(net.forward(tensor([1])).toArraySync()).toEqual([6])
    expect(copy.forward(tensor([1])).toArraySync()).toEqual([30])
  })

  test('of containers, with hooks', () => {
    const net = new Sequential({ a: new Scale(2) })
    net.registerForwardHook((_, __, output) => (output as Tensor).add(1))
    const copy = net.clone()
    expect(copy.forward(tensor([1])).toArraySync()).toEqual([3])
    expect(copy.at('a')).not.toBe(net.at('a'))
    expect(new ModuleList([new Scale(1)]).clone().append(new Scale(2)).length).toBe(2)
  })
})

describe('hooks', () => {
  test('see and change arguments and outputs, until they are removed', () => {
    const net = new Scale(2)
    const seen: unknown[] = []
    const removers = [
      net.registerForwardPreHook((module, args) => {
        seen.push(module === net, args.length)
      }),
      net.registerForwardPreHook((_, args) => [(args[0] as Tensor).add(1)]),
      net.registerForwardHook((_, args, output) => {
        seen.push((args[0] as Tensor).itemSync(), (output as Tensor).itemSync())
      }),
      net.registerForwardHook((_, __, output) => (output as Tensor).neg()),
    ]
    expect(net.forward(tensor([1])).itemSync()).toBe(-4)
    expect(seen).toEqual([true, 1, 2, 4])
    for (const remove of removers) remove()
    expect(net.forward(tensor([1])).itemSync()).toBe(2)
    expect(() => net.registerForwardHook(3 as never)).toThrow(
      /registerForwardHook: the hook must be a function/,
    )
  })

  test('in the backward pass: gradients of outputs and inputs, to be changed', () => {
    const net = new Scale(3)
    const seen: unknown[] = []
    const remove = net.registerBackwardHook((_, inputs, outputs) => {
      seen.push(inputs[0]!.toArraySync(), outputs[0]!.toArraySync())
      return [inputs[0]!.mul(10)]
    })
    const x = tensor([1, 2], { requiresGrad: true })
    net
      .forward(x.mul(1))
      .mul(tensor([1, 2]))
      .sum()
      .backward()
    expect(seen).toEqual([
      [3, 6],
      [1, 2],
    ])
    expect(x.grad?.toArraySync()).toEqual([30, 60])
    expect(net.weight.grad?.toArraySync()).toEqual([5])
    remove()
    x.grad = null
    net.forward(x).sum().backward()
    expect(seen.length).toBe(2)
  })

  test('in the backward pass, where the input wants no gradient or there are several', () => {
    const seen: unknown[] = []
    const note = (_: Module, inputs: readonly (Tensor | null)[], outputs: readonly (Tensor | null)[]) => {
      seen.push([inputs.map((g) => g?.toArraySync() ?? null), outputs.map((g) => g?.toArraySync() ?? null)])
      return undefined
    }
    const first = new Scale(3)
    first.registerBackwardHook(note)
    first
      .forward(tensor([1]))
      .sum()
      .backward()
    class Two extends Module {
      override forward(a: Tensor, { b }: { b: Tensor }) {
        return { sum: a.add(b), parts: [a.mul(b), 'x'] as const }
      }
    }
    const two = new Two()
    two.registerBackwardHook(note)
    const [a, b] = [2, 5].map((v) => tensor([v], { requiresGrad: true }))
    const { parts } = two.forward(a!, { b: b! })
    expect(parts[1]).toBe('x')
    parts[0].sum().backward()
    expect(seen).toEqual([
      [[null], [[1]]],
      [
        [[5], [2]],
        [null, [1]],
      ],
    ])
    two.forward(a!, { b: b! }).sum.detach()
    noGrad(() => two.forward(a!, { b: b! }))
    expect(seen.length).toBe(2)
    const wrong = new Scale(1)
    wrong.registerBackwardHook(() => [])
    expect(() => wrong.forward(a!).sum().backward()).toThrow(
      /backward hook of Scale: it must return nothing, or 1 gradients/,
    )
  })
})
