import { deserialize, readHeader, serialize } from '@core/safetensors'
import { reference } from '@core/tensor'
import { checkOptions } from '@core/tensor/extend'
import { gather } from './gather.js'
import type { Parts, Progress } from './parts.js'
import { restore } from './restore.js'

/** Options of {@link unpackCheckpoint}. */
export interface RestoreOptions {
  /** Refuses a checkpoint that holds more than the parts given. Default true. */
  strict?: boolean
}

/**
 * Everything that a training needs to go on exactly where it is, as the bytes of a safetensors file: the states of the
 * parts, those of the random generators in the modules among them (of dropout, say) and of the default one, and how
 * far it has come. What is stored are the values at the moment of the call.
 *
 * Tensors are named by their part (`model.head.weight`); everything else is JSON in the file's metadata. Every tensor
 * has a checksum.
 *
 * @param parts - what shall be stored, by names of one's own: modules, optimizers, schedules, loaders, generators …
 * @param progress - `step`, `epoch` (both default 0) and notes of one's own
 * @returns the whole file
 * @throws OptionError where a part has no state, or one that cannot be stored
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { packCheckpoint, unpackCheckpoint } from '@nn/train'
 * const model = new Linear(2, 1)
 * const bytes = await packCheckpoint({ model }, { step: 900, epoch: 3, best: 0.25 })
 * const other = new Linear(2, 1)
 * const { step, best } = unpackCheckpoint(bytes, { model: other })
 * step // => 900
 * best // => 0.25
 * other.weight.toArraySync() // => model.weight.toArraySync()
 * ```
 */
export async function packCheckpoint(
  parts: Parts,
  progress: Partial<Progress> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { tensors, metadata } = await gather('packCheckpoint', parts, progress)
  return serialize(tensors, { metadata })
}

/**
 * Gives parts the states that {@link packCheckpoint} stored. Everything is checked first; where anything does not fit,
 * nothing is changed.
 *
 * @param bytes - the whole file
 * @param parts - made as they were when it was stored, under the same names
 * @param options - `strict`
 * @returns how far the training had come
 * @throws FormatError where the file is cut off, damaged, no checkpoint, or does not fit the parts, which says why
 * @example
 * ```ts
 * import { Linear } from '@nn/layers'
 * import { packCheckpoint, unpackCheckpoint } from '@nn/train'
 * const bytes = await packCheckpoint({ model: new Linear(2, 1) }, { step: 10 })
 * const restore = async () => unpackCheckpoint(bytes, { model: new Linear(3, 1) })
 * const why = await restore().catch((error: Error) => error.message.split('\n')[1])
 * why // => '  weight: float32 [1, 2] in the checkpoint, float32 [1, 3] in the module'
 * ```
 */
export function unpackCheckpoint(
  bytes: Uint8Array | ArrayBuffer,
  parts: Parts,
  options: RestoreOptions = {},
): Progress {
  const { strict = true } = checkOptions('unpackCheckpoint', options, [], ['strict'])
  const tensors = deserialize(bytes, { backend: reference() })
  return restore('unpackCheckpoint', parts, strict, { tensors, metadata: readHeader(bytes).metadata })
}
