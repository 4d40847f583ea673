import { type Backend, type DType, grad, gradcheck, reference, type Tensor } from '@core/tensor'
import { recurrentByOps, recurrentLayer } from '@core/tensor/extend'
import { describe, expect, test } from 'vitest'
import { direction } from './properties.cases.js'
import { expectClose, started } from './properties.support.js'
import { type Form, forms, inputsOf, layerOf, nameOf } from './recurrent.support.js'

const plain = reference()

/** Results of a layer, and all its gradients. */
function outcome(run: typeof recurrentLayer, form: Form, backend: Backend, dtype: DType, trace = false) {
  const made = inputsOf(form, backend, dtype, 7)
  const results = layerOf(run, form, made, trace)(...made.leaves)
  const slopes = (some: readonly Tensor[]) =>
    grad(some, made.leaves, {
      gradOutputs: some.map((y, k) => direction(y, k).cast(dtype)),
      allowUnused: true,
      retainGraph: true,
    })
  return { results, slopes, names: made.names }
}

/** Fused and in plain ops, values and gradients: of all results together, and of each alone. */
function compare(
  form: Form,
  backend: Backend,
  dtype: DType,
  tolerance: object,
  slack: object,
  trace = false,
) {
  const fused = outcome(recurrentLayer, form, backend, dtype, trace)
  const byOps = outcome(recurrentByOps, form, backend, dtype, trace)
  expect(fused.results.length).toBe(byOps.results.length)
  fused.results.forEach((y, i) => {
    expectClose(y, byOps.results[i]!, `${nameOf(form)}, result ${i}`, tolerance)
  })
  const sets = [fused.results.map((_, i) => i), ...fused.results.map((_, i) => [i])]
  for (const set of sets) {
    const want = byOps.slopes(set.map((i) => byOps.results[i]!))
    fused.slopes(set.map((i) => fused.results[i]!)).forEach((g, i) => {
      const what = `${nameOf(form)}, gradient of ${fused.names[i]} from results ${set}`
      // an input that a result does not reach has no gradient in plain ops, and zeros in the kernel
      if (want[i]) expectClose(g!, want[i]!, what, slack)
      else expect(g?.dataSync().every((v) => v === 0) ?? true, what).toBe(true)
    })
  }
}

const SIZES = [
  { time: 4, batch: 3, size: 2, hidden: 5 },
  { time: 1, batch: 2, size: 3, hidden: 4 },
  { time: 3, batch: 1, size: 2, hidden: 9 },
]

describe('a fused layer against plain ops, float64', () => {
  const exact = { absolute: 1e-13, relative: 1e-11 }
  for (const sizes of SIZES)
    test.each(forms(sizes).map((form) => [nameOf(form), form] as const))('%s', (_, form) => {
      compare(form, plain, 'float64', exact, exact)
    })
  test.each(forms(SIZES[0]!).map((form) => [nameOf(form), form] as const))('traced: %s', (_, form) => {
    compare(form, plain, 'float64', exact, exact, true)
  })
})

describe.each(started)('a fused layer against plain ops, %s', (_, backend) => {
  const sizes = [
    { time: 5, batch: 3, size: 4, hidden: 6 },
    { time: 3, batch: 4, size: 5, hidden: 17 },
    { time: 1, batch: 1, size: 3, hidden: 9 },
    { time: 6, batch: 1, size: 3, hidden: 40 },
  ]
  test.each(sizes)('$time × $batch × $hidden', (some) => {
    for (const form of forms(some))
      compare(
        form,
        backend,
        'float32',
        { absolute: 1e-5, relative: 1e-5 },
        { absolute: 1e-4, relative: 1e-4 },
      )
    for (const form of forms(some).filter((f) => f.bias && f.reverse))
      compare(
        form,
        backend,
        'float32',
        { absolute: 1e-5, relative: 1e-5 },
        { absolute: 1e-4, relative: 1e-4 },
        true,
      )
    expect(backend.coverage().reference.filter((name) => /recurrent/.test(name))).toEqual([])
  })
})

describe('gradients against difference quotients', () => {
  const small = forms({ time: 3, batch: 2, size: 2, hidden: 3 }).filter((f) => f.bias)
  test.each(small.map((form) => [nameOf(form), form] as const))('%s', (_, form) => {
    const made = inputsOf(form, plain, 'float64', 3)
    expect(gradcheck(layerOf(recurrentLayer, form, made), made.leaves, { second: true, atol: 2e-6 })).toBe(
      true,
    )
    expect(gradcheck(layerOf(recurrentLayer, form, made, true), made.leaves, { atol: 2e-6 })).toBe(true)
  })
})
