import { fileURLToPath } from 'node:url'
import { reference, setBackend, setDefaultDType } from '@core/tensor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case } from '../../tools/conformance/cases.ts'
import { Comparison } from '../../tools/conformance/compare.ts'
import { Context } from '../../tools/conformance/context.ts'
import { compareLecture } from '../../tools/conformance/lecture.ts'
import { replay } from '../../tools/conformance/replay.ts'
import { compareSchedule } from '../../tools/conformance/schedules.ts'
import { readCases } from '../../tools/conformance/select.ts'

// The replayer must fail when it should: one number of a passing case is moved, field by field.

const folder = fileURLToPath(new URL('../../tools/conformance/fixtures/', import.meta.url))
const find = (family: string, fits: (c: Json) => boolean) => {
  const found = (readCases(`${folder}${family}.json`) as unknown as Json[]).find(fits)
  if (!found) throw new Error(`no case in ${family} fits`)
  return found
}

// A case as what it is in the file, to be changed at will.
// biome-ignore lint/suspicious/noExplicitAny: any field of any kind of case is changed here
type Json = any

beforeAll(async () => {
  await setBackend(reference())
  setDefaultDType('float64')
})
afterAll(() => setDefaultDType('float32'))

const outcomeOf = (c: Json) => replay(c as Case, new Context('float64'))

/** Moves a number by about a thousandth; NaN and infinities become 0. */
const moved = (value: Json) => (typeof value === 'number' ? value * 1.001 + 0.001 : 0)

/** Moves the last value of a tensor; of class numbers and masks by 1. */
function move(t: Json): void {
  const last = t.data.length - 1
  if (last < 0) throw new Error('an empty tensor cannot be moved')
  t.data[last] =
    t.dtype === 'float32' ? moved(t.data[last]) : t.dtype === 'int32' ? t.data[last] + 1 : !t.data[last]
}

/** Expects a case to pass as it is, and to fail at that field once it is changed. */
async function seen(original: Json, field: string, change: (c: Json) => void): Promise<void> {
  expect(await outcomeOf(original), original.id).toEqual({ status: 'passed' })
  const changed = structuredClone(original)
  change(changed)
  const outcome = await outcomeOf(changed)
  expect(outcome, `${original.id} ${field}`).toMatchObject({ status: 'failed' })
  const fields = outcome.status === 'failed' ? outcome.faults.map((fault) => fault.field) : []
  expect(
    fields.some((name) => name.startsWith(field)),
    `${field} among ${fields.join(', ')}`,
  ).toBe(true)
}

const norm = () =>
  find(
    'modules',
    (c) =>
      c.name === 'BatchNorm1d' &&
      c.training &&
      c.kwargs.momentum === undefined &&
      c.outputs[0].data.length > 0 &&
      c.state.running_mean !== undefined,
  )
const layer = () => find('modules', (c) => c.name === 'Linear' && c.state.bias !== undefined)
const loss = () => find('losses', (c) => c.name === 'MSELoss' && c.kwargs.reduction === 'mean')
const op = () => find('ops', (c) => c.name === 'mul' && c.outputs[0].data.length > 1)

describe('a layer', () => {
  test('outputs', () => seen(layer(), 'outputs[0]', (c) => move(c.outputs[0])))
  test('gradInputs', () => seen(layer(), 'gradInputs[0]', (c) => move(c.gradInputs[0])))
  test.each(['weight', 'bias'])('gradParams: %s', (name) =>
    seen(layer(), `gradParams.${name}`, (c) => move(c.gradParams[name])),
  )
  test('gradParams: one is missing', () =>
    seen(layer(), 'gradParams.bias', (c) => {
      delete c.gradParams.bias
    }))
  test('state: a parameter that the layer has not', () =>
    seen(layer(), 'error', (c) => {
      c.state.more = c.state.bias
    }))
  test.each(['running_mean', 'running_var', 'num_batches_tracked'])('stateAfter: %s', (name) =>
    seen(norm(), `stateAfter.${name}`, (c) => move(c.stateAfter[name])),
  )
  test('stateAfter: one is missing', () =>
    seen(norm(), 'stateAfter.running_mean', (c) => {
      delete c.stateAfter.running_mean
    }))
  test('training', () =>
    seen(norm(), 'outputs', (c) => {
      c.training = false
    }))
})

describe('a loss', () => {
  test('outputs', () => seen(loss(), 'outputs[0]', (c) => move(c.outputs[0])))
  test.each([0, 1])('gradInputs[%i]', (i) => seen(loss(), `gradInputs[${i}]`, (c) => move(c.gradInputs[i])))
  test('cotangents', () => seen(loss(), 'gradInputs', (c) => move(c.cotangents[0])))
})

describe('an op', () => {
  test('outputs', () => seen(op(), 'outputs[0]', (c) => move(c.outputs[0])))
  test.each([0, 1])('gradInputs[%i]', (i) => seen(op(), `gradInputs[${i}]`, (c) => move(c.gradInputs[i])))
  test('a mask', () =>
    seen(
      find('ops', (c) => c.name === 'eq'),
      'outputs[0]',
      (c) => move(c.outputs[0]),
    ))
  test('indices', () =>
    seen(
      find('ops', (c) => c.name === 'argmax'),
      'outputs[0]',
      (c) => move(c.outputs[0]),
    ))
  test('shape', () =>
    seen(op(), 'outputs[0]', (c) => {
      c.outputs[0].shape = [1, ...c.outputs[0].shape]
    }))
  test('kind of numbers', () =>
    seen(op(), 'outputs[0]', (c) => {
      c.outputs[0].dtype = 'int32'
    }))
  test('values that are missing', () =>
    seen(op(), 'outputs[0]', (c) => {
      c.outputs[0].data.pop()
    }))
  test('an output more', () =>
    seen(op(), 'outputs', (c) => {
      c.outputs.push(c.outputs[0])
    }))
  test('an output less', () =>
    seen(op(), 'outputs', (c) => {
      c.outputs = []
    }))
  test('a gradient less', () =>
    seen(op(), 'gradInputs', (c) => {
      c.gradInputs.pop()
    }))
  test.each(['NaN', 'Infinity', '-Infinity'])('%s where there is a number', (word) =>
    seen(op(), 'outputs[0]', (c) => {
      c.outputs[0].data[0] = word
    }),
  )
})

describe('NaN and infinity', () => {
  const raw = (data: Json[]) => ({ dtype: 'float32', shape: [data.length], data })
  const square = (x: Json[], y: Json[]) => ({
    ...{ kind: 'op', id: 'op/square/hand', name: 'square', args: [raw(x)], kwargs: {} },
    ...{ outputs: [raw(y)], cotangents: [raw(x.map(() => 1))], gradInputs: [null] },
  })
  const special = square(['NaN', '-Infinity', 2], ['NaN', 'Infinity', 4])
  test.each([0, 1])('value %i', (i) =>
    seen(special, 'outputs[0]', (c) => {
      c.outputs[0].data[i] = 4
    }),
  )
  test('of the other sign', () =>
    seen(special, 'outputs[0]', (c) => {
      c.outputs[0].data[1] = '-Infinity'
    }))
})

describe('an optimizer', () => {
  const sgd = () => find('optim', (c) => c.name === 'SGD')
  test('losses', () =>
    seen(sgd(), 'losses', (c) => {
      c.losses[19] = moved(c.losses[19])
    }))
  test.each(['1', '5', '20'])('paramsAfter: step %s', (step) =>
    seen(sgd(), `paramsAfter.${step}.2.bias`, (c) => move(c.paramsAfter[step]['2.bias'])),
  )
  test('paramsAfter: a step that there is not', () =>
    seen(sgd(), 'paramsAfter.21', (c) => {
      c.paramsAfter[21] = c.paramsAfter[20]
    }))
})

describe('clipping', () => {
  const raw = (data: number[]) => ({ dtype: 'float32', shape: [data.length], data })
  const clip = {
    ...{ kind: 'clip', id: 'clip/hand', name: 'clip_grad_norm', kwargs: { max_norm: 1 } },
    ...{ grads: [raw([3]), raw([0, 4])], total: 5, gradsAfter: [raw([0.59999988]), raw([0, 0.79999984])] },
  }
  test('gradsAfter', () => seen(clip, 'gradsAfter[1]', (c) => move(c.gradsAfter[1])))
  test('total', () =>
    seen(clip, 'total', (c) => {
      c.total = 5.001
    }))
  test('no total', () =>
    seen(clip, 'total', (c) => {
      c.total = null
    }))
})

describe('a schedule', () => {
  const halving = () => {
    let lr = 0.1
    const step = (metric = 1) => {
      lr *= metric / 2
    }
    return { lr: () => lr, step }
  }
  const faults = (c: Json) => {
    const comparison = new Comparison()
    compareSchedule(c, halving(), comparison)
    return comparison.faults.map(({ field }) => field)
  }
  test('lrs', () => {
    expect(faults({ lrs: [0.1, 0.05, 0.025] })).toEqual([])
    expect(faults({ lrs: [0.1, 0.05, 0.0251] })).toEqual(['lrs'])
  })
  test('metric', () => {
    expect(faults({ lrs: [0.1, 0.1], metric: [2, 2] })).toEqual([])
    expect(faults({ lrs: [0.1, 0.1], metric: [1, 2] })).toEqual(['lrs'])
  })
})

describe('the lecture', () => {
  const rnn = () => find('lecture', (c) => c.name === 'RNN')
  test('output', () => seen(rnn(), 'output', (c) => move(c.output)))
  test.each(['W_xh', 'W_hh', 'b_h', 'x', 'h0'])('grads: %s', (name) =>
    seen(rnn(), `grads.${name}`, (c) => move(c.grads[name])),
  )
  // Gates and memory cells, which no layer shows yet: what the case has is given, and then moved.
  const lstm = () => find('lecture', (c) => c.name === 'LSTM')
  const faults = async (change: (c: Json) => void) => {
    const c = lstm()
    const context = new Context('float64')
    const { output, cLast } = context.state({ output: c.output, cLast: c.cLast })
    const got = {
      output: output!,
      cLast: cLast!,
      trace: context.state(c.trace),
      grads: context.state(c.grads),
    }
    const comparison = new Comparison()
    change(c)
    await compareLecture(c, got, context, comparison)
    return comparison.faults.map(({ field }) => field)
  }
  test('trace and cLast', async () => {
    expect(await faults(() => {})).toEqual([])
    for (const gate of ['forget', 'input', 'output', 'candidate', 'cell'])
      expect(await faults((c) => move(c.trace[gate]))).toEqual([`trace.${gate}`])
    expect(await faults((c) => move(c.cLast))).toEqual(['cLast'])
  })
  test('a trace that is not asked for, or missing', async () => {
    expect(await faults((c) => delete c.trace.cell)).toEqual(['trace.cell'])
    expect(
      await faults((c) => {
        c.trace.more = c.trace.cell
      }),
    ).toContain('trace.more')
  })
  test('gradNormByStep', () =>
    seen(
      find('lecture', (c) => c.name === 'gradientThroughTime'),
      'gradNormByStep',
      (c) => {
        c.gradNormByStep[0] = moved(c.gradNormByStep[0])
      },
    ))
})

describe('a training', () => {
  const training = () => find('trainings', (c) => c.name === 'char-rnn')
  test.each(['losses', 'gradNorms'])('%s', (field) =>
    seen(training(), field, (c) => {
      c[field][29] = moved(c[field][29])
    }),
  )
  test('final', () => seen(training(), 'final.head.bias', (c) => move(c.final['head.bias'])))
})

describe('what cannot be compared does not pass', () => {
  test('a case without any field to compare', async () => {
    const c = {
      ...{ kind: 'op', id: 'op/unbind/none', name: 'unbind', kwargs: {} },
      outputs: [],
      cotangents: [],
      gradInputs: [null],
    }
    const args = [{ dtype: 'float32', shape: [0, 2], data: [] }]
    expect(await outcomeOf({ ...c, args })).toMatchObject({ status: 'failed', faults: [{ field: 'case' }] })
  })
  test('an unknown name', async () => {
    expect(await outcomeOf({ ...op(), name: 'mulx' })).toEqual({ status: 'unsupported', what: 'mulx' })
    expect(await outcomeOf({ ...layer(), name: 'toString' })).toEqual({
      status: 'unsupported',
      what: 'toString',
    })
  })
  test('an argument that is not understood', async () => {
    expect(await outcomeOf({ ...op(), kwargs: { colour: 1 } })).toEqual({
      status: 'unsupported',
      what: 'mul(colour)',
    })
    const odd = { ...layer(), kwargs: { ...layer().kwargs, colour: 1 } }
    expect(await outcomeOf(odd)).toEqual({ status: 'unsupported', what: 'Linear(colour)' })
    const weird = { ...loss(), kwargs: { colour: 1 } }
    expect(await outcomeOf(weird)).toEqual({ status: 'unsupported', what: 'MSELoss(colour)' })
  })
  test('an unknown kind', async () => {
    expect(await outcomeOf({ kind: 'dream', id: 'x' })).toMatchObject({ status: 'unsupported' })
  })
})
