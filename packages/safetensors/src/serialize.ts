import { valuesNow } from '@core/tensor/extend'
import { encode, layOut, type NamedTensors, type SerializeOptions } from './layout.js'

/**
 * Writes named tensors as the bytes of a safetensors file. The same tensors give the same bytes, in whatever order
 * they come, and the same as the reference implementation writes.
 *
 * @param tensors - an object such as `model.stateDict()`, a Map, or pairs
 * @param options - metadata, and which int32 tensors to write as I64
 * @returns the whole file
 * @throws BackendError where values can only be read asynchronously (WebGPU): use {@link serializeAsync}
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { deserialize, serialize } from '@core/safetensors'
 * const bytes = serialize({ 'head.bias': tensor([0.5, -1]) }, { metadata: { epoch: '3' } })
 * bytes.length // => 112
 * deserialize(bytes)['head.bias']!.dataSync() // => [0.5, -1]
 * ```
 */
export function serialize(tensors: NamedTensors, options: SerializeOptions = {}): Uint8Array<ArrayBuffer> {
  const { head, parts, bytes } = layOut('serialize', tensors, options)
  return join(
    bytes,
    head,
    parts.map((part) =>
      encode(part, valuesNow('serialize', part.tensor, 'a tensor', 'use await serializeAsync(…)')),
    ),
  )
}

/**
 * {@link serialize} for every backend: waits for the values. They are those of the moment of the call, whatever
 * training does to them meanwhile.
 *
 * @param tensors - an object such as `model.stateDict()`, a Map, or pairs
 * @param options - metadata, and which int32 tensors to write as I64
 * @returns the whole file
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { readHeader, serializeAsync } from '@core/safetensors'
 * const bytes = await serializeAsync({ steps: tensor(900, { dtype: 'int32' }) }, { int64: ['steps'] })
 * readHeader(bytes).tensors[0]!.dtype // => 'I64'
 * ```
 */
export async function serializeAsync(
  tensors: NamedTensors,
  options: SerializeOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { head, parts, bytes } = layOut('serializeAsync', tensors, options)
  // All reads start now, before the first await.
  return join(
    bytes,
    head,
    await Promise.all(parts.map(async (part) => encode(part, await part.tensor.data()))),
  )
}

function join(bytes: number, head: Uint8Array, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes)
  file.set(head)
  let at = head.length
  for (const part of parts) {
    file.set(part, at)
    at += part.length
  }
  return file
}
