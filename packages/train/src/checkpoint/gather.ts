import { reference, type Tensor } from '@core/tensor'
import { adopt, checkInteger, defaultGenerator } from '@core/tensor/extend'
import { checksumOf, writeDocument } from './document.js'
import { isModule, listParts, type Parts, type Progress, stateOf } from './parts.js'
import { encodeTree, type Plain } from './tree.js'

/** What goes into a file. */
export interface Gathered {
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Collects everything at once, at the moment of the call, whatever training does while the values are waited for.
 *
 * @param op - who asks, for messages
 */
export function gather(op: string, parts: Parts, progress: Partial<Progress>): Promise<Gathered> {
  const list = listParts(op, parts)
  const { step = 0, epoch = 0, ...notes } = progress
  checkInteger(op, 'step', step, 0, Number.MAX_SAFE_INTEGER)
  checkInteger(op, 'epoch', epoch, 0, Number.MAX_SAFE_INTEGER)
  const live = new Map<string, Tensor>()
  const states = list.map(([name, part]) => [name, encodeTree(stateOf(part), name, live)] as const)
  const modules = list.flatMap(([name, part]) => {
    if (!isModule(part)) return []
    const generators = Array.from(part.namedGenerators(), ([path, { state }]) => [path, state] as const)
    return [[name, Object.fromEntries(generators)] as const]
  })
  const described = {
    progress: encodeTree({ step, epoch, ...notes }, 'progress', null),
    generators: {
      default: encodeTree(defaultGenerator().state, 'default generator', null),
      modules: encodeTree(Object.fromEntries(modules), 'generators', null) as Record<string, Plain>,
    },
    parts: Object.fromEntries(states),
  }
  return copies(live).then((tensors) => {
    const checksums = Object.fromEntries(Array.from(tensors, ([name, tensor]) => [name, checksumOf(tensor)]))
    return { tensors, metadata: writeDocument({ ...described, checksums }) }
  })
}

// Every read starts before the first one is awaited.
async function copies(live: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
  const backend = reference()
  const reads = Array.from(live, async ([name, tensor]) => {
    const { shape, dtype } = tensor
    return [name, adopt(await tensor.data(), shape, { dtype, backend })] as const
  })
  return new Map(await Promise.all(reads))
}
