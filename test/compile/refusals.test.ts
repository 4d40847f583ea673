import {
  argmax,
  CompileError,
  clamp,
  compile,
  embedding,
  manualSeed,
  noGrad,
  Parameter,
  randn,
  randperm,
  reference,
  type Tensor,
  tensor,
  zeros,
} from '@core/tensor'
import { adopt, assign } from '@core/tensor/extend'
import { expect, test } from 'vitest'

const weight = () => new Parameter(randn([3, 3]))
const x = () => randn([3, 3])

/** A step that cannot be recorded, and what the error must name. */
const REFUSED: readonly (readonly [name: string, make: () => (x: Tensor) => unknown, says: RegExp])[] = [
  ['reading one value', () => (t) => t.mul(t.sum().itemSync()), /dataSync\(\).*freeze.*return the tensor/s],
  ['reading values', () => (t) => t.mul(t.dataSync()[0]!), /dataSync\(\).*read it outside/s],
  [
    'reading later',
    () => (t) => {
      void t.data()
      return t
    },
    /data\(\).*freeze/s,
  ],
  ['a tensor of host numbers', () => (t) => t.add(tensor([1, 2, 3])), /tensor\(…\).*pass it as an argument/s],
  [
    'an adopted array',
    () => (t) => t.add(adopt(new Float32Array(3), [3])),
    /adopt\(…\).*same in every replay/s,
  ],
  [
    'a captured tensor',
    () => {
      const mask = randn([3, 3])
      return (t) => t.mul(mask)
    },
    /from outside that is no argument, parameter or buffer.*buffer\(\)/s,
  ],
  [
    'a carried state',
    () => {
      let state = zeros([3, 3])
      return (t) => {
        state = t.add(state)
        return state
      }
    },
    /from outside that is no argument/s,
  ],
  [
    'a counter',
    () => {
      let steps = 0
      return (t) => t.mul(++steps)
    },
    /not the same each time: a number was \d in one step and \d in the next; pass what changes as an argument/s,
  ],
  [
    'a random number of the host',
    () => (t) => t.mul(Math.random()),
    /a number was .* in one step and .* in the next/s,
  ],
  [
    'a number in an attribute',
    () => {
      let n = 0
      return (t) => clamp(t, { min: 0, max: ++n })
    },
    /not the same each time/s,
  ],
  [
    'another number of ops',
    () => {
      let n = 0
      return (t) => {
        let y = t
        for (let i = n++; i >= 0; i--) y = y.relu()
        return y
      }
    },
    /not the same each time: one step has \d+ kernel calls, the next \d+/s,
  ],
  ['a number as result', () => (t) => ({ size: t.size }), /result\.size of the step is 9; only tensors/s],
  [
    'an index computed inside',
    () => {
      const table = weight()
      return (t) => embedding(table, argmax(t, { axis: 1 }))
    },
    /computed inside the step.*compute it outside/s,
  ],
  [
    'changing an argument',
    () => (t) => {
      assign(t, t.mul(2))
      return t
    },
    /in place that is neither a parameter nor a buffer/s,
  ],
  [
    'new state in every step',
    () => (t) => new Parameter(t).mul(2),
    /not the same each time|new state every time/s,
  ],
  [
    'a gradient collected by an argument',
    () => (t) => {
      t.mul(t).sum().backward()
    },
    /an argument collects a gradient.*grad\(loss, \[x\]\)/s,
  ],
]

test.each(REFUSED)('refused: %s', (_, make, says) => {
  manualSeed(1)
  const step = compile(make())
  const run = () => {
    for (let i = 0; i < 6; i++) step(randn([3, 3]).detach().clone())
  }
  const gradient = says.source.includes('collects')
  let thrown: unknown
  try {
    if (gradient) for (let i = 0; i < 6; i++) step(tensor([1, 2], { requiresGrad: true }))
    else run()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(CompileError)
  expect((thrown as CompileError).message).toMatch(says)
  expect((thrown as CompileError).message).toMatch(/^compile: /)
})

test('arguments are tensors, the step is synchronous', () => {
  const step = compile((t: Tensor) => t)
  expect(() => step(3 as never)).toThrow(/argument 0 of the step is 3/)
  const later = compile(async (t: Tensor) => t)
  expect(() => later(x())).toThrow(/synchronous/)
  expect(() => compile(3 as never)).toThrow(/must be a function/)
})

test('with a fallback the step goes on, and the reason is told once', () => {
  const reasons: string[] = []
  const step = compile((t: Tensor) => t.mul(t.sum().itemSync()), { fallback: (why) => reasons.push(why) })
  for (let i = 1; i <= 4; i++)
    expect(step(tensor([i, i])).dataSync()).toEqual(Float32Array.of(2 * i * i, 2 * i * i))
  expect(reasons).toHaveLength(1)
  expect(reasons[0]).toMatch(/dataSync/)
})

test('random numbers drawn inside go on as without compile', () => {
  const draw = () => randn([4]).add(randperm(4).cast('float32'))
  manualSeed(7)
  const wanted = Array.from({ length: 6 }, () => draw().dataSync())
  manualSeed(7)
  const step = compile(draw)
  expect(Array.from({ length: 6 }, () => step().dataSync())).toEqual(wanted)
})

test('check finds what the recording cannot see', () => {
  const p = new Parameter(zeros([]))
  const hidden = { on: false }
  const step = compile(
    (t: Tensor) => {
      if (hidden.on) noGrad(() => assign(p, p.add(t.sum())))
      return p.add(t.sum())
    },
    { check: 3 },
  )
  for (let i = 0; i < 3; i++) step(tensor([i]))
  hidden.on = true
  expect(() => step(tensor([1]))).toThrow(/not the same each time/)
})

test('on the reference backend the step simply runs', () => {
  const step = compile((t: Tensor) => t.mul(2))
  const backend = reference()
  for (let i = 0; i < 4; i++) expect(step(tensor([i], { backend })).itemSync()).toBe(2 * i)
})
