import * as T from '@core/tensor'
import { grad, gradcheck, noGrad, randn, reference, type Tensor, tensor } from '@core/tensor'
import { crossEntropyRows, recurrentByOps, recurrentLayer } from '@core/tensor/extend'
import { describe, expect, test } from 'vitest'

const backend = reference()
let seed = 0
const leaf = (...shape: number[]) =>
  randn(shape, { dtype: 'float64', backend, generator: new T.Generator(++seed), requiresGrad: true })
const positive = (...shape: number[]) =>
  leaf(...shape)
    .abs()
    .add(0.5)
    .detach()
    .clone()
    .setRequiresGrad(true)
const ids = (...values: number[]) => tensor(values, { dtype: 'int32', backend })

// Every differentiable op: a name, a function, and inputs away from kinks.
const cases: [string, (...xs: Tensor[]) => Tensor | Tensor[], () => Tensor[]][] = [
  ['add', T.add, () => [leaf(3, 4), leaf(4)]],
  ['sub', T.sub, () => [leaf(3, 1), leaf(1, 4)]],
  ['mul', T.mul, () => [leaf(2, 3, 4), leaf(3, 1)]],
  ['mul by itself', (x) => T.mul(x!, x!), () => [leaf(3)]],
  ['div', (a, b) => T.div(a!, b!), () => [leaf(3, 4), positive(4)]],
  ['pow', T.pow, () => [positive(3, 4), leaf(4)]],
  ['pow of a number', (x) => T.pow(2, x!), () => [leaf(3)]],
  ['maximum', T.maximum, () => [leaf(5), leaf(2, 5)]],
  ['minimum', T.minimum, () => [leaf(5), leaf(2, 5)]],
  ['neg', T.neg, () => [leaf(5)]],
  ['exp', T.exp, () => [leaf(5)]],
  ['log', T.log, () => [positive(5)]],
  ['sqrt', T.sqrt, () => [positive(5)]],
  ['square', T.square, () => [leaf(5)]],
  ['reciprocal', T.reciprocal, () => [positive(5)]],
  ['abs', T.abs, () => [leaf(5)]],
  ['sign', T.sign, () => [leaf(5)]],
  ['sin', T.sin, () => [leaf(5)]],
  ['cos', T.cos, () => [leaf(5)]],
  ['relu', T.relu, () => [leaf(7)]],
  ['sigmoid', T.sigmoid, () => [leaf(7)]],
  ['tanh', T.tanh, () => [leaf(7)]],
  ['gelu', (x) => T.gelu(x!), () => [leaf(7)]],
  ['softplus', (x) => T.softplus(x!), () => [leaf(7)]],
  ['where', (a, b) => T.where(tensor([true, false, true], { backend }), a!, b!), () => [leaf(2, 3), leaf(3)]],
  ['sum', (x) => T.sum(x!), () => [leaf(2, 3)]],
  ['sum over axes', (x) => T.sum(x!, { axis: [0, 2], keepDim: true }), () => [leaf(2, 3, 4)]],
  ['mean', (x) => T.mean(x!, { axis: -1 }), () => [leaf(2, 3)]],
  ['max', (x) => T.max(x!, { axis: 1 }), () => [leaf(2, 5, 2)]],
  ['min', (x) => T.min(x!), () => [leaf(2, 5)]],
  ['matmul', T.matmul, () => [leaf(3, 4), leaf(4, 2)]],
  ['matmul, stacks', T.matmul, () => [leaf(2, 1, 3, 4), leaf(5, 4, 2)]],
  ['matmul, one for all', T.matmul, () => [leaf(3, 4), leaf(5, 4, 2)]],
  ['matmul, tall', T.matmul, () => [leaf(2, 3, 4), leaf(4, 2)]],
  ['matmul of vectors', T.matmul, () => [leaf(4), leaf(4)]],
  ['matmul, matrix and vector', T.matmul, () => [leaf(2, 3, 4), leaf(4)]],
  ['linear', T.linear, () => [leaf(2, 3, 4), leaf(5, 4), leaf(5)]],
  ['reshape', (x) => T.reshape(x!, [3, -1]), () => [leaf(2, 6)]],
  ['permute', (x) => T.permute(x!, [2, 0, 1]), () => [leaf(2, 3, 4)]],
  ['transpose', (x) => T.transpose(x!), () => [leaf(2, 3)]],
  ['expand', (x) => T.expand(x!, [4, 2, 3]), () => [leaf(2, 1)]],
  ['unsqueeze', (x) => T.unsqueeze(x!, 1), () => [leaf(2, 3)]],
  ['squeeze', (x) => T.squeeze(x!), () => [leaf(2, 1, 3)]],
  ['flatten', (x) => T.flatten(x!, 1), () => [leaf(2, 2, 3)]],
  ['flip', (x) => T.flip(x!, [0, -1]), () => [leaf(2, 2, 3)]],
  ['slice', (x) => T.slice(x!, 1, -1, { axis: 1, step: 2 }), () => [leaf(2, 7)]],
  ['narrow', (x) => T.narrow(x!, 0, 1, 2), () => [leaf(4, 3)]],
  ['select', (x) => T.select(x!, 1, -1), () => [leaf(4, 3)]],
  ['cat', (a, b) => T.cat([a!, b!, a!], 1), () => [leaf(2, 3), leaf(2, 1)]],
  ['stack', (a, b) => T.stack([a!, b!], 1), () => [leaf(2, 3), leaf(2, 3)]],
  ['unbind', (x) => T.unbind(x!, 1), () => [leaf(2, 3, 2)]],
  ['embedding', (w) => T.embedding(w!, ids(2, 0, 2, 1)), () => [leaf(3, 4)]],
  ['softmax', (x) => T.softmax(x!), () => [leaf(3, 4)]],
  ['softmax over axis 0', (x) => T.softmax(x!, { axis: 0 }), () => [leaf(3, 4)]],
  ['logSoftmax', (x) => T.logSoftmax(x!), () => [leaf(3, 4)]],
  ['crossEntropy', (x) => crossEntropyRows(x!, ids(1, 0, -100), -100), () => [leaf(3, 4)]],
  ['clone', (x) => x!.clone(), () => [leaf(3)]],
  ['cast', (x) => T.cast(x!, 'float64'), () => [leaf(3)]],
  ['dropout', (x) => T.dropout(x!, { p: 0.4, generator: new T.Generator(5) }), () => [leaf(20)]],
]

describe('gradients against difference quotients', () => {
  test.each(cases)('%s', (_, fn, inputs) => {
    expect(gradcheck(fn, inputs(), { second: true })).toBe(true)
  })

  const cells = ['rnnTanh', 'rnnRelu', 'gru', 'lstm'] as const
  const gates = { rnnTanh: 1, rnnRelu: 1, gru: 3, lstm: 4 }
  test.each(cells)('recurrent layer: %s', (cell) => {
    const [t, b, i, h] = [4, 2, 3, 3]
    const g = gates[cell]
    const inputs = [
      leaf(t, b, i),
      leaf(g * h, i),
      leaf(g * h, h),
      leaf(g * h),
      leaf(g * h),
      leaf(b, h),
      leaf(b, h),
    ]
    const layer =
      (run: typeof recurrentLayer) =>
      (...[x, wInput, wHidden, bInput, bHidden, h0, c0]: Tensor[]) => {
        const { output, cLast } = run(cell, {
          x: x!,
          wInput: wInput!,
          wHidden: wHidden!,
          bInput,
          bHidden,
          h0: h0!,
          ...(cell === 'lstm' ? { c0: c0! } : {}),
        })
        return cLast ? [output, cLast] : [output]
      }
    const used = cell === 'lstm' ? inputs : inputs.slice(0, 6)
    expect(gradcheck(layer(recurrentLayer), used, { second: true, atol: 2e-6 })).toBe(true)
    const fused = layer(recurrentLayer)(...used)
    const plain = layer(recurrentByOps)(...used)
    fused.forEach((y, k) => {
      const want = plain[k]!.dataSync()
      y.dataSync().forEach((v, at) => {
        expect(v).toBeCloseTo(want[at]!, 12)
      })
    })
  })

  test('a wrong gradient is found', () => {
    const wrong = T.defineOp({
      name: 'wrong',
      forward: (x: Tensor) => x.mul(x),
      backward: (g, x) => g.mul(x),
    })
    expect(() => gradcheck(wrong, [leaf(3)])).toThrow(/difference quotient/)
    const half = T.defineOp({
      name: 'half',
      forward: (x: Tensor) => x.mul(x).mul(x),
      backward: (g, x) => g.mul(x.detach().square().mul(3)), // right once, cut off for the second derivative
    })
    expect(gradcheck(half, [leaf(3)])).toBe(true)
    expect(() => gradcheck(half, [leaf(3)], { second: true })).toThrow(/second derivative/)
  })
})

describe('the tape', () => {
  test('gradients add up over backward passes, and in shared subexpressions', () => {
    const x = tensor([2, 3], { requiresGrad: true, backend })
    const y = x.mul(x)
    y.add(y).sum().backward()
    expect(x.grad?.toArraySync()).toEqual([8, 12])
    x.sum().backward()
    expect(x.grad?.toArraySync()).toEqual([9, 13])
    x.grad = null
    expect(x.grad).toBeNull()
  })

  test('retainGrad keeps the gradient of a result', () => {
    const x = tensor([2, 3], { requiresGrad: true, backend })
    const y = x.mul(2).retainGrad()
    y.mul(y).sum().backward()
    expect(y.grad?.toArraySync()).toEqual([8, 12])
  })

  test('grad writes nothing, gives zeros for unused inputs on request', () => {
    const x = tensor([2], { requiresGrad: true, backend })
    const z = tensor([5, 5], { requiresGrad: true, backend })
    const [gx] = grad(x.mul(3).sum(), [x])
    expect(gx!.toArraySync()).toEqual([3])
    expect(x.grad).toBeNull()
    expect(() => grad(x.mul(3).sum(), [z])).toThrow(/do not depend on input 0 \[2\]/)
    expect(grad(x.sum(), [z], { allowUnused: true })[0]!.toArraySync()).toEqual([0, 0])
  })

  test('grad to a tensor in the middle and to what lies above it', () => {
    const x = tensor([2], { requiresGrad: true, backend })
    const y = x.mul(x)
    const [gx, gy] = grad(y.mul(y).sum(), [x, y])
    expect(gx!.toArraySync()).toEqual([32])
    expect(gy!.toArraySync()).toEqual([8])
  })

  test('a freed graph, a changed value and a missing graph are told apart', () => {
    const x = tensor([2], { requiresGrad: true, backend })
    const y = x.mul(x).sum()
    y.backward()
    expect(() => y.backward()).toThrow(/freed by an earlier backward.*retainGraph/s)
    const p = new T.Parameter(tensor([1, 2], { backend }))
    const loss = p.mul(p).sum()
    p.storage.version++
    expect(() => loss.backward()).toThrow(/changed in place/)
    expect(() => noGrad(() => x.mul(2).sum()).backward()).toThrow(/depends on nothing/)
    expect(() => x.mul(2).backward(tensor([1, 2], { backend }))).toThrow(/\[2\].*\[1\]/)
  })

  test('retainGraph allows a second pass with the same result', () => {
    const x = tensor([2], { requiresGrad: true, backend })
    const y = x.mul(x).sum()
    y.backward(undefined, { retainGraph: true })
    y.backward()
    expect(x.grad?.toArraySync()).toEqual([8])
  })

  test('a failed backward leaves no mode behind and changes no gradient', () => {
    const x = tensor([2], { requiresGrad: true, backend })
    const boom = T.defineOp({
      name: 'boom',
      forward: (v: Tensor) => v.mul(1),
      backward: () => {
        throw new Error('boom')
      },
    })
    expect(() => boom(x).sum().backward()).toThrow('boom')
    expect(x.grad).toBeNull()
    expect(x.mul(2).requiresGrad).toBe(true)
  })

  test('noGrad refuses async functions', () => {
    expect(() => noGrad(async () => 1)).toThrow(/synchronous/)
  })

  test('a long chain neither overflows the stack nor costs more than its length', () => {
    let y = tensor([1], { requiresGrad: true, backend })
    const x = y
    for (let i = 0; i < 20_000; i++) y = y.add(1)
    y.sum().backward()
    expect(x.grad?.toArraySync()).toEqual([1])
  })

  test('what user code takes from a backward stays alive', () => {
    const seen: Tensor[] = []
    const spy = T.defineOp({
      name: 'spy',
      forward: (v: Tensor) => v.mul(1),
      backward: (g) => {
        seen.push(g)
        return g.mul(2)
      },
    })
    const x = tensor([2], { requiresGrad: true, backend })
    spy(x).mul(3).sum().backward()
    expect(seen[0]!.toArraySync()).toEqual([3])
    expect(x.grad?.toArraySync()).toEqual([6])
  })
})
