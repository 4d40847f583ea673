/**
 * Named tensors to and from the safetensors format: bytes in memory here, files in `@core/safetensors/node`.
 *
 * @packageDocumentation
 */

export { type DeserializeOptions, deserialize, readHeader } from './deserialize.js'
export type { TensorEntry } from './entries.js'
export type { FileDType } from './formats.js'
export type { SafetensorsHeader } from './header.js'
export type { NamedTensors, SerializeOptions } from './layout.js'
export { serialize, serializeAsync } from './serialize.js'
