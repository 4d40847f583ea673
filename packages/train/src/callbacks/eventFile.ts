import { crc32c } from './crc32c.js'

/** Scalars of one moment. */
export interface ScalarEvent {
  /** Steps done. */
  readonly step: number
  /** Seconds since 1970. */
  readonly wallTime: number
  /** Values by their tags. */
  readonly scalars: Readonly<Record<string, number>>
}

const utf8 = (text: string) => new TextEncoder().encode(text)

/** Protobuf's base-128 number, 7 bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  bytes.push(rest)
  return bytes
}

/** A field of a known length: text, or a message in the message. */
function block(field: number, bytes: ArrayLike<number>): number[] {
  return [field * 8 + 2, ...varint(bytes.length), ...Array.from(bytes)]
}

function fixed(field: number, value: number, bits: 32 | 64): number[] {
  const view = new DataView(new ArrayBuffer(bits / 8))
  if (bits === 32) view.setFloat32(0, value, true)
  else view.setFloat64(0, value, true)
  return [field * 8 + (bits === 32 ? 5 : 1), ...new Uint8Array(view.buffer)]
}

// An Event is { wall_time: 1, step: 2, file_version: 3, summary: 5, session_log: 7 }.
function event(wallTime: number, step: number, what: readonly number[]): number[] {
  return [...fixed(1, wallTime, 64), ...(step === 0 ? [] : [2 * 8, ...varint(step)]), ...what]
}

// A TFRecord: length, its checksum, the bytes, their checksum; the checksums are masked, since records may hold records.
function record(data: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 16)
  const view = new DataView(bytes.buffer)
  const masked = (part: Uint8Array) => {
    const crc = crc32c(part)
    return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
  }
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, masked(bytes.subarray(0, 8)), true)
  bytes.set(data, 12)
  view.setUint32(12 + data.length, masked(bytes.subarray(12, 12 + data.length)), true)
  return bytes
}

/**
 * How an event file of TensorBoard begins: with the version of the format. For a training that is resumed, with a note that what
 * other files of the folder say about later steps does not count any more.
 *
 * @param wallTime - seconds since 1970
 * @param resumed - the steps that were done before; default 0
 * @returns the first bytes of the file
 * @example
 * ```ts
 * import { eventFileHeader } from '@nn/train'
 * eventFileHeader(0).length // => 40
 * ```
 */
export function eventFileHeader(wallTime: number, resumed = 0): Uint8Array<ArrayBuffer> {
  const version = record(event(wallTime, 0, block(3, utf8('brain.Event:2'))))
  if (resumed === 0) return version
  const restart = record(event(wallTime, resumed + 1, block(7, [1 * 8, 1]))) // SessionLog { status: START }
  const bytes = new Uint8Array(version.length + restart.length)
  bytes.set(version)
  bytes.set(restart, version.length)
  return bytes
}

/**
 * Scalars as a record of an event file, as TensorBoard reads it: a TFRecord (length, masked CRC-32C, data, masked CRC-32C)
 * around the protobuf message `Event`. To be appended to {@link eventFileHeader}.
 *
 * @param event - step, time, and values by their tags; they are rounded to float32
 * @returns the record
 * @example
 * ```ts
 * import { scalarRecord } from '@nn/train'
 * scalarRecord({ step: 1, wallTime: 0, scalars: { loss: 0.5 } }).length // => 42
 * ```
 */
export function scalarRecord({ step, wallTime, scalars }: ScalarEvent): Uint8Array<ArrayBuffer> {
  const values = Object.entries(scalars).map(([tag, value]) =>
    block(1, [...block(1, utf8(tag)), ...fixed(2, value, 32)]),
  )
  return record(event(wallTime, step, block(5, values.flat())))
}
