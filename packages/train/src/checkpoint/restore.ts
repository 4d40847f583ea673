import { FormatError, Generator, type GeneratorState, type Tensor } from '@core/tensor'
import { defaultGenerator, describe, isTensor, show } from '@core/tensor/extend'
import { checkTensors, type Document, readDocument } from './document.js'
import {
  isModule,
  listParts,
  type Parts,
  type Positioned,
  type Progress,
  type Stateful,
  setState,
  stateOf,
  type WithGenerators,
} from './parts.js'
import { decodeTree } from './tree.js'

type Step = () => void

/**
 * Gives all parts their states back, or none. What can be judged from outside is checked first; a part that then
 * refuses its state has changed nothing, and those before it get back what they had. Modules come last, when nothing
 * can go wrong any more.
 *
 * @param op - who asks, for messages
 */
export function restore(
  op: string,
  parts: Parts,
  strict: boolean,
  found: { tensors: Readonly<Record<string, Tensor>>; metadata: Readonly<Record<string, string>> },
): Progress {
  const list = listParts(op, parts)
  const document = readDocument(found.metadata)
  const tensors = new Map(Object.entries(found.tensors))
  checkTensors(tensors, document.checksums)
  checkParts(
    list.map(([name]) => name),
    document,
    strict,
  )
  const progress = readProgress(document.progress)
  const states = new Map(
    Object.entries(document.parts).map(([name, tree]) => [name, decodeTree(tree, name, tensors)]),
  )
  for (const name of tensors.keys())
    throw new FormatError(`checkpoint: the tensor ${describe(name)} belongs to no part`)
  const modules = list.filter((entry): entry is [string, WithGenerators] => isModule(entry[1]))
  for (const [name, module] of modules) checkModule(name, module, states.get(name))
  const last = [
    generatorStep(defaultGenerator(), document.generators.default, 'the default generator'),
    ...modules.flatMap(([name, module]) => generatorSteps(name, module, document.generators.modules)),
  ]
  setAll(
    list.filter(([, part]) => !isModule(part)),
    states,
  )
  for (const [name, module] of modules) setState(module, states.get(name))
  for (const step of last) step()
  return progress
}

function checkParts(given: readonly string[], { parts }: Document, strict: boolean): void {
  const missing = given.filter((name) => !Object.hasOwn(parts, name))
  const unexpected = Object.keys(parts).filter((name) => !given.includes(name))
  if (missing.length > 0)
    throw new FormatError(
      `checkpoint: it has nothing for ${missing.join(', ')}, only ${Object.keys(parts).join(', ')}; nothing was changed`,
    )
  if (strict && unexpected.length > 0)
    throw new FormatError(
      `checkpoint: it also has ${unexpected.join(', ')}, for which no part was given; nothing was changed. Pass { strict: false } to leave them`,
    )
}

function readProgress(json: unknown): Progress {
  const progress = decodeTree(json, 'progress', null) as Progress
  for (const name of ['step', 'epoch'] as const)
    if (!Number.isSafeInteger(progress?.[name]) || progress[name] < 0)
      throw new FormatError(
        `checkpoint: ${name} must be a whole number of at least 0, got ${describe(progress?.[name])}`,
      )
  return progress
}

/** Refuses a state that a module would refuse, or convert. */
function checkModule(part: string, module: Stateful, state: unknown): void {
  const own = module.stateDict() as Readonly<Record<string, Tensor>>
  if (typeof state !== 'object' || state === null || isTensor(state) || Array.isArray(state))
    throw new FormatError(
      `checkpoint: the part '${part}' must be tensors by name, got ${describe(state)}; nothing was changed`,
    )
  const stored = state as Readonly<Record<string, unknown>>
  const faults = [
    ...Object.keys(own)
      .filter((name) => !Object.hasOwn(stored, name))
      .map((name) => `${name}: missing in the checkpoint`),
    ...Object.entries(stored).flatMap(([name, value]) => {
      if (!Object.hasOwn(own, name)) return [`${name}: unknown to the module`]
      if (!isTensor(value)) return [`${name}: ${describe(value)} instead of a tensor`]
      const kinds = [value, own[name]!].map(({ dtype, shape }) => `${dtype} ${show(shape)}`)
      return kinds[0] === kinds[1]
        ? []
        : [`${name}: ${kinds[0]} in the checkpoint, ${kinds[1]} in the module`]
    }),
  ]
  if (faults.length > 0)
    throw new FormatError(
      `checkpoint: the part '${part}' does not fit; nothing was changed.\n  ${faults.join('\n  ')}`,
    )
}

function generatorSteps(
  part: string,
  module: WithGenerators,
  stored: Readonly<Record<string, unknown>>,
): Step[] {
  const states = Object.hasOwn(stored, part) ? stored[part] : undefined
  const own = [...module.namedGenerators()]
  if (typeof states !== 'object' || states === null)
    throw new FormatError(`checkpoint: the part '${part}' has no states of random generators`)
  const names = Object.keys(states)
  const odd = [
    ...own.filter(([name]) => !Object.hasOwn(states, name)).map(([name]) => `${name} is missing`),
    ...names
      .filter((name) => own.every(([other]) => other !== name))
      .map((name) => `${name} is unknown to the module`),
  ]
  if (odd.length > 0)
    throw new FormatError(
      `checkpoint: the random generators of the part '${part}' do not fit; nothing was changed. ${odd.join(', ')}`,
    )
  return own.map(([name, generator]) =>
    generatorStep(generator, (states as Record<string, unknown>)[name], `the generator ${part}.${name}`),
  )
}

function generatorStep(generator: Generator, json: unknown, what: string): Step {
  const state = decodeTree(json, what, null) as GeneratorState
  attempt(what, () => {
    new Generator(0).state = state
  })
  return () => {
    generator.state = state
  }
}

/** Sets parts one after the other; where one refuses, those before it get back what they had. */
function setAll(
  list: readonly (readonly [string, Stateful | Positioned])[],
  states: ReadonlyMap<string, unknown>,
): void {
  // All at once: a schedule that is set may set its optimizer's learning rate.
  const before = list.map(([, part]) => stateOf(part))
  for (const [i, [name, part]] of list.entries()) {
    try {
      attempt(`the part '${name}'`, () => setState(part, states.get(name)))
    } catch (error) {
      for (let k = 0; k < i; k++) setState(list[k]![1], before[k])
      throw error
    }
  }
}

function attempt(what: string, step: Step): void {
  try {
    step()
  } catch (cause) {
    const { message } = cause as Error
    throw Object.assign(
      new FormatError(
        `checkpoint: ${what} refuses what is stored for it; nothing was changed.\n  ${message}`,
      ),
      { cause },
    )
  }
}
