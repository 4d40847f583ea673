import * as T from '@core/tensor'
import { type Backend, grad, reference, type Tensor, tensor } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Families } from '../src/backends/wasm/engine.js'
import { core as coreFamily } from '../src/backends/wasm/generated/families/core.js'
import { backendOn } from '../src/backends/wasm/start.js'
import { alongCases } from './properties.cases.along.js'
import { core } from './properties.cases.core.js'
import { cases as basicCases, type Call, direction } from './properties.cases.js'
import { expectClose, expectSame, make, settings, shapes, started } from './properties.support.js'

const plain = reference()
/** The simd build as the synchronous start has it, module by module. */
const families = backendOn((memory) => new Families(coreFamily, memory), 'simd', [], 2 ** 20)
const cases = { ...basicCases, ...alongCases, ...core }

interface Outcome {
  readonly results: readonly Tensor[]
  readonly slopes: readonly Tensor[]
}

/** Results, and the gradients of all inputs that have one. */
function outcome(call: Call, backend: Backend): Outcome {
  const inputs = call.inputs.map((spec) => make(spec, backend))
  const before = inputs.map((x) => x.dataSync())
  const made = call.run(...inputs)
  const results: readonly Tensor[] = Array.isArray(made) ? made : [made as Tensor]
  const tracked = results.filter((y) => y.requiresGrad)
  const wanted = inputs.filter((x) => x.requiresGrad)
  const slopes =
    tracked.length === 0
      ? []
      : grad(tracked, wanted, { gradOutputs: tracked.map(direction), allowUnused: true })
  inputs.forEach((x, i) => {
    if (Buffer.compare(bytes(x.dataSync()), bytes(before[i])) !== 0) throw new Error(`input ${i} was changed`)
  })
  return { results, slopes }
}

const bytes = (values: T.TypedArray) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** A property of one call: every build gives what the reference backend gives; relaxed and wide the same bits, and simd in families. */
function check(name: string, call: Call): void {
  const want = outcome(call, plain)
  const got = started.map(([build, backend]) => [build, outcome(call, backend)] as const)
  for (const [build, { results, slopes }] of got) {
    expect([results.length, slopes.length]).toEqual([want.results.length, want.slopes.length])
    results.forEach((y, i) => {
      expectClose(y, want.results[i], `${name} on ${build}, result ${i}`)
    })
    slopes.forEach((g, i) => {
      expectClose(g, want.slopes[i], `${name} on ${build}, gradient ${i}`, {
        absolute: 1e-4,
        relative: 1e-3,
      })
    })
  }
  const alike = (what: string, a: Outcome, b: Outcome) => {
    a.results.forEach((y, i) => {
      expectSame(y, b.results[i], `${name}, result ${i}, ${what}`)
    })
    a.slopes.forEach((g, i) => {
      expectSame(g, b.slopes[i], `${name}, gradient ${i}, ${what}`)
    })
  }
  const [simd, relaxed, wide] = got
  alike('families', outcome(call, families), simd[1])
  if (relaxed && wide) alike('wide', wide[1], relaxed[1]) // else an engine without relaxed SIMD
}

describe('every op, forward and backward, on every build', () => {
  test.each(Object.entries(cases))('%s', (name, calls) => {
    fc.assert(
      fc.property(calls, (call) => check(name, call)),
      settings(20),
    )
  })
})

describe.each(started)('%s against the reference backend', (build, backend) => {
  const integers: [string, (a: T.TensorLike, b: T.TensorLike) => Tensor][] = [
    ['add', T.add],
    ['sub', T.sub],
    ['mul', T.mul],
    ['maximum', T.maximum],
    ['minimum', T.minimum],
    ['eq', T.eq],
    ['lt', T.lt],
    ['ge', T.ge],
  ]
  test.each(integers)('%s of integers, masks and floats beside each other', (name, op) => {
    const kind = fc.constantFrom('bool' as const, { below: 9 } as const, 'whole' as const)
    fc.assert(
      fc.property(shapes(), kind, kind, fc.nat(), (shape, a, b, seed) => {
        fc.pre(!(a === 'bool' && b === 'bool'))
        const on = (where: Backend) =>
          op(make({ shape, numbers: a, seed }, where), make({ shape, numbers: b, seed: seed + 1 }, where))
        expectSame(on(backend), on(plain), `${name} on ${build}`)
      }),
      settings(20),
    )
  })

  test('sums and extremes of integers and masks', () => {
    fc.assert(
      fc.property(
        shapes(1, 1),
        fc.constantFrom('bool' as const, { below: 99 } as const),
        fc.nat(),
        (shape, numbers, seed) => {
          const on = (where: Backend) => {
            const x = make({ shape, numbers, seed }, where)
            const axis = seed % shape.length
            return [
              x.sum({ axis }),
              x.argmax({ axis }),
              ...(numbers === 'bool' ? [] : [x.max({ axis }), x.min()]),
            ]
          }
          const want = on(plain)
          on(backend).forEach((y, i) => {
            expectSame(y, want[i], `${build}, result ${i}`)
          })
        },
      ),
      settings(20),
    )
  })

  test('infinite values, NaN and zeros of both signs', () => {
    const special = fc.array(
      fc.oneof(
        fc.constantFrom(
          0,
          -0,
          1,
          -1,
          Number.NaN,
          Infinity,
          -Infinity,
          3e38,
          -3e38,
          1e-45,
          -1e-40,
          88.8,
          -104,
          0.5,
        ),
        fc.float({ noDefaultInfinity: true, noNaN: true }),
      ),
      { maxLength: 70 },
    )
    const unary = [
      T.neg,
      T.abs,
      T.sign,
      T.sqrt,
      T.square,
      T.reciprocal,
      T.exp,
      T.log,
      T.relu,
      T.sigmoid,
      T.tanh,
      T.gelu,
      T.softplus,
    ]
    const reductions = [T.sum, T.max, T.min, T.argmax, T.argmin, T.softmax, T.logSoftmax] as ((
      x: Tensor,
    ) => Tensor)[]
    const binary = [T.add, T.sub, T.mul, T.div, T.maximum, T.minimum, T.eq, T.ne, T.lt, T.le, T.gt, T.ge]
    fc.assert(
      fc.property(special, (values) => {
        const on = (where: Backend) => {
          const x = tensor(values, { backend: where, requiresGrad: true })
          return [
            ...unary.map((op) => op(x)),
            ...unary.map((op) => grad(op(x).sum(), x)[0]),
            ...binary.map((op) => op(x, T.flip(x, 0))),
            ...(values.length > 0 ? reductions.map((op) => op(x)) : []),
          ]
        }
        const want = on(plain)
        on(backend).forEach((y, i) => {
          const op = [...unary, ...unary, ...binary, ...reductions][i]
          // a sum may overflow in single precision and not in double; it is compared where it stays far below
          if (op === T.sum && !(Math.abs(want[i].itemSync()) < 1e38)) return
          const absolute =
            op === T.sum ? 1e-5 + 1e-6 * Math.max(0, ...values.filter(Number.isFinite).map(Math.abs)) : 1e-5
          expectClose(y, want[i], `${op.name} on ${build} of ${values}`, { absolute })
        })
      }),
      settings(60),
    )
  })
})

test('every public op is among the cases', () => {
  const others = new Set([
    ...[
      'adopt',
      'backendInfo',
      'coverage',
      'defineOp',
      'enableGrad',
      'grad',
      'gradcheck',
      'manualSeed',
      'memory',
    ],
    ...['compile', 'noGrad', 'reference', 'setBackend', 'tensor', 'wasm'],
  ])
  const functions = Object.entries(T).filter(
    ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !others.has(name),
  )
  expect(functions.map(([name]) => name).filter((name) => !Object.hasOwn(cases, name))).toEqual([])
})
