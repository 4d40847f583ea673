import type { LogRecord } from './records.js'

/**
 * A line of a CSV file (RFC 4180): fields between commas, quoted where they need it. Numbers are written in full, nothing for
 * undefined, lists and objects as JSON.
 *
 * @param fields - from left to right
 * @returns the line, with its line break
 * @example
 * ```ts
 * import { csvLine } from '@nn/train'
 * csvLine([7, 0.1, undefined, 'a "b", c', [1, 2]]) // => '7,0.1,,"a ""b"", c","[1,2]"\n'
 * ```
 */
export function csvLine(fields: readonly unknown[]): string {
  const texts = fields.map((field) => {
    if (field === undefined || field === null) return ''
    const text = typeof field === 'object' ? JSON.stringify(field) : String(field)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${texts.join(',')}\n`
}

/**
 * A record as a line of JSON. NaN and the infinities, which JSON does not have, become the strings `"NaN"`,
 * `"Infinity"` and `"-Infinity"`.
 *
 * @param record - what was measured
 * @returns the line, with its line break
 * @example
 * ```ts
 * import { jsonLine } from '@nn/train'
 * jsonLine({ step: 1, epoch: 0, seconds: 0.5, values: { lr: 0.1 } }) // => '{"step":1,"epoch":0,"seconds":0.5,"lr":0.1}\n'
 * ```
 */
export function jsonLine({ values, ...moment }: LogRecord): string {
  const plain = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  return `${JSON.stringify({ ...moment, ...values }, plain)}\n`
}
