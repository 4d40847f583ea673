/** A key that one object of a JSON text has twice, and where it stands the second time. */
export interface Duplicate {
  readonly key: string
  /** Index into the text. */
  readonly at: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * The first key that occurs twice in one object of `text`, or null. `JSON.parse` silently keeps the last of them,
 * so that two readers of the same file could see different tensors under one name.
 *
 * @param text - valid JSON: this scanner only looks for keys, and does not check the grammar
 */
export function findDuplicate(text: string): Duplicate | null {
  const open: (Set<string> | null)[] = [] // the keys of each enclosing object so far; null for an array
  let expectKey = false
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
        open.push(new Set())
        expectKey = true
        break
      case 0x5b: // [
        open.push(null)
        expectKey = false
        break
      case 0x7d: // }
      case 0x5d: // ]
        open.pop()
        expectKey = false
        break
      case 0x2c: // ,
        expectKey = open.at(-1) !== null
        break
      case QUOTE: {
        const end = closingQuote(text, i)
        if (expectKey) {
          const key = decode(text.slice(i, end + 1))
          const keys = open.at(-1)!
          if (keys.has(key)) return { key, at: i }
          keys.add(key)
          expectKey = false
        }
        i = end
      }
    }
  }
  return null
}

function closingQuote(text: string, start: number): number {
  let i = start + 1
  for (let code = text.charCodeAt(i); code !== QUOTE; code = text.charCodeAt(i))
    i += code === BACKSLASH ? 2 : 1
  return i
}

// "a" and "\u0061" are the same key.
function decode(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
}
