import { Generator, ones, randn, type Tensor } from '@core/tensor'
import { Dropout } from '@nn/layers'
import { Module, ModuleDict, Sequential } from '@nn/module'
import { describe, expect, test } from 'vitest'

class Noisy extends Module {
  protected readonly own = new Generator(1)
  readonly list = [new Generator(2), new Dropout(0.5)]
  readonly map = new Map([['a', new Generator(3)]])
  readonly parts = { inner: new Sequential(new Dropout(0.1), new Dropout(0.2)) }
  readonly dict = new ModuleDict({ drop: new Dropout(0.3) })
  readonly #hidden = new Generator(4)
  override forward(x: Tensor): Tensor {
    return x.add(randn(x.shape, { generator: this.#hidden }))
  }
}

const namesOf = (module: Module) => [...module.namedGenerators()].map(([name]) => name)

describe('namedGenerators', () => {
  test('finds those of a module and of all below it, in arrays, maps and objects', () => {
    const module = new Noisy()
    expect(namesOf(module)).toEqual([
      ...['own', 'list.0', 'map.a', 'list.1.generator', 'parts.inner.0.generator'],
      ...['parts.inner.1.generator', 'dict.drop.generator'],
    ])
    const found = new Map(module.namedGenerators())
    expect(found.get('map.a')).toBe(module.map.get('a'))
    expect(found.get('list.0')!.state).toEqual(new Generator(2).state)
    expect(namesOf(new Sequential())).toEqual([])
  })

  test('gives a shared one once, under its first name', () => {
    const generator = new Generator(5)
    const first = new Dropout(0.5, { generator })
    expect(namesOf(new Sequential(first, new Dropout(0.1, { generator }), first))).toEqual(['0.generator'])
  })

  test('their states bring back the same dropout', () => {
    const net = new Sequential(new Dropout(0.5), new Dropout(0.5))
    const states = [...net.namedGenerators()].map(([, generator]) => generator.state)
    const before = net.forward(ones([64])).toArraySync()
    expect(net.forward(ones([64])).toArraySync()).not.toEqual(before)
    for (const [i, [, generator]] of [...net.namedGenerators()].entries()) generator.state = states[i]!
    expect(net.forward(ones([64])).toArraySync()).toEqual(before)
  })
})
