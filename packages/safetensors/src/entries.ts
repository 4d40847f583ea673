import { FormatError } from '@core/tensor'
import { type FileDType, FORMATS, isFileDType } from './formats.js'
import { quote, refuseName, show } from './names.js'

/** One tensor of a file, as its header describes it. */
export interface TensorEntry {
  /** Its name. */
  readonly name: string
  /** The kind of number in the file. */
  readonly dtype: FileDType
  /** Its shape. */
  readonly shape: readonly number[]
  /** Its first byte, counted from where the data begins. */
  readonly begin: number
  /** The byte after its last. */
  readonly end: number
}

const FIELDS = ['dtype', 'shape', 'data_offsets']
const MAX_RANK = 64

/** Checks what a header says about each tensor, and that together they cover the data without gap or overlap. */
export function readEntries(fields: ReadonlyMap<string, unknown>, dataBytes: number): TensorEntry[] {
  const entries = Array.from(fields, ([name, field]) => readEntry(name, field))
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let at = 0
  let before = 'the start of the data'
  for (const { name, begin, end } of entries) {
    if (end > dataBytes)
      throw new FormatError(
        `${label(name)} should occupy data bytes ${begin} to ${end}, but the file has only ${dataBytes} bytes of data; ` +
          'it is cut off, fetch or save it again',
      )
    if (begin !== at)
      throw new FormatError(
        `${label(name)} begins at data byte ${begin}, but ${before} ends at ${at}: ` +
          `${begin > at ? 'the bytes between them belong to nobody' : 'the two overlap'}; ` +
          'tensors must follow each other without gap or overlap, save the file again',
      )
    at = end
    before = `tensor ${quote(name)}`
  }
  if (at !== dataBytes)
    throw new FormatError(
      `safetensors: the tensors end at data byte ${at}, but ${dataBytes - at} more bytes follow; ` +
        'the file was appended to or its header is damaged, fetch or save it again',
    )
  return entries
}

/** How messages about one tensor of a file begin. */
export function label(name: string): string {
  return `safetensors: tensor ${quote(name)}`
}

function readEntry(name: string, field: unknown): TensorEntry {
  const refusal = refuseName(name)
  if (refusal) throw new FormatError(`safetensors: ${refusal}; rename the tensor and save the file again`)
  const where = label(name)
  if (typeof field !== 'object' || field === null || Array.isArray(field))
    throw new FormatError(`${where}: expected an object with ${FIELDS.join(', ')}, got ${show(field)}`)
  const keys = Object.keys(field)
  const missing = FIELDS.find((key) => !keys.includes(key))
  if (missing) throw new FormatError(`${where} has no ${missing}; each tensor needs ${FIELDS.join(', ')}`)
  const unknown = keys.find((key) => !FIELDS.includes(key))
  if (unknown !== undefined)
    throw new FormatError(
      `${where} has a field ${quote(unknown)}, which the format does not know; it has ${FIELDS.join(', ')}`,
    )
  const { dtype, shape, data_offsets: offsets } = field as Record<string, unknown>
  if (typeof dtype !== 'string' || !isFileDType(dtype))
    throw new FormatError(
      `${where} has dtype ${show(dtype)}, but only ${Object.keys(FORMATS).join(', ')} can be read; ` +
        'convert it before saving',
    )
  const sizes = whole(shape, `${where}: shape`)
  if (sizes.length > MAX_RANK)
    throw new FormatError(
      `${where}: shape has ${sizes.length} dimensions, but at most ${MAX_RANK} can be read`,
    )
  const range = whole(offsets, `${where}: data_offsets`)
  const [begin, end] = range
  if (range.length !== 2 || begin! > end!)
    throw new FormatError(
      `${where}: data_offsets must be [begin, end] with begin ≤ end, got [${range.slice(0, 8).join(', ')}]`,
    )
  const bytes = byteLength(sizes, FORMATS[dtype].bytes, where)
  if (end! - begin! !== bytes)
    throw new FormatError(
      `${where}: shape [${sizes.join(', ')}] in ${dtype} takes ${bytes} bytes, but data_offsets [${begin}, ${end}] ` +
        `hold ${end! - begin!}; header and data do not belong together, save the file again`,
    )
  return { name, dtype, shape: sizes, begin: begin!, end: end! }
}

function whole(list: unknown, where: string): readonly number[] {
  if (!Array.isArray(list))
    throw new FormatError(`${where} must be an array of whole numbers, got ${show(list)}`)
  const wrong = list.find((value) => !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0))
  if (wrong !== undefined)
    throw new FormatError(`${where} must be made of whole numbers from 0 to 2⁵³ − 1, got ${show(wrong)}`)
  return list as number[]
}

function byteLength(shape: readonly number[], bytes: number, where: string): number {
  // Zeros are left out, so that no product of the others can hide behind them.
  const product = shape.reduce((total, size) => total * (size || 1), bytes)
  if (!Number.isSafeInteger(product))
    throw new FormatError(
      `${where}: shape [${shape.join(', ')}] has more values than can be counted; the header is damaged`,
    )
  return shape.includes(0) ? 0 : product
}
