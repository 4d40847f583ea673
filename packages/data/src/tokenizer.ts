import { FormatError, OptionError } from '@core/tensor'
import { checkOptions, describe } from '@core/tensor/extend'

/** A tokenizer as JSON holds it. */
export interface CharTokenizerData {
  /** What kind of tokenizer it is. */
  readonly type: 'char'
  /** The characters; the place of each is its number. */
  readonly tokens: readonly string[]
}

/** Options of {@link CharTokenizer.encode}. */
export interface EncodeOptions {
  /** What to do with a character that is not in the vocabulary: refuse the text (default), or leave it out. */
  unknown?: 'error' | 'skip'
}

/**
 * Numbers characters, one token each. A character is a Unicode code point, so an emoji or a rare ideograph is one
 * token, not two halves. Numbers follow the code points, so the same characters give the same numbers in any text.
 *
 * @example
 * ```ts
 * import { CharTokenizer } from '@nn/data'
 * const tokenizer = CharTokenizer.fromText('hello 🐋')
 * tokenizer.tokens // => [' ', 'e', 'h', 'l', 'o', '🐋']
 * tokenizer.encode('hole') // => [2, 4, 3, 1]
 * tokenizer.decode([2, 1, 5]) // => 'he🐋'
 * ```
 */
export class CharTokenizer {
  /** The characters; the place of each is its number. */
  readonly tokens: readonly string[]
  private readonly ids = new Map<number, number>()

  /**
   * @param tokens - the vocabulary in the order of its numbers: strings of one character each, none twice
   * @throws OptionError when it is not
   */
  constructor(tokens: readonly string[]) {
    if (!Array.isArray(tokens) || tokens.length === 0)
      throw new OptionError(
        `CharTokenizer: the vocabulary must be an array of at least one character, got ${Array.isArray(tokens) ? '[]' : describe(tokens)}; ` +
          'CharTokenizer.fromText(text) makes one',
      )
    for (const [id, token] of tokens.entries()) {
      const code = typeof token === 'string' ? token.codePointAt(0) : undefined
      if (code === undefined || String.fromCodePoint(code) !== token)
        throw new OptionError(
          `CharTokenizer: token ${id} must be one character (code point), got ${describe(token)}`,
        )
      const before = this.ids.get(code)
      if (before !== undefined)
        throw new OptionError(
          `CharTokenizer: ${characterName(code)} is token ${before} and again token ${id}; each character can have one number`,
        )
      this.ids.set(code, id)
    }
    this.tokens = Object.freeze([...tokens])
  }

  /**
   * A tokenizer for all characters of a text, in the order of their code points.
   *
   * @param text - at least one character
   * @returns the tokenizer
   */
  static fromText(text: string): CharTokenizer {
    if (typeof text !== 'string' || text === '')
      throw new OptionError(
        `CharTokenizer.fromText: expected a text of at least one character, got ${typeof text === 'string' ? 'an empty one' : describe(text)}`,
      )
    const codes = new Set<number>()
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!
      if (code > 0xffff) i++
      codes.add(code)
    }
    return new CharTokenizer([...codes].sort((a, b) => a - b).map((code) => String.fromCodePoint(code)))
  }

  /**
   * A tokenizer from what {@link CharTokenizer.toJSON} returned.
   *
   * @param data - as parsed from JSON
   * @returns the same tokenizer
   * @throws FormatError when it is something else
   * @example
   * ```ts
   * import { CharTokenizer } from '@nn/data'
   * const text = JSON.stringify(CharTokenizer.fromText('abc'))
   * CharTokenizer.fromJSON(JSON.parse(text)).encode('cab') // => [2, 0, 1]
   * ```
   */
  static fromJSON(data: unknown): CharTokenizer {
    const { type, tokens } = (
      typeof data === 'object' && data !== null ? data : {}
    ) as Partial<CharTokenizerData>
    if (type !== 'char' || !Array.isArray(tokens))
      throw new FormatError(
        `CharTokenizer.fromJSON: expected { type: 'char', tokens: [...] }, got ${describe(data)} with type ${describe(type)}; ` +
          'give what JSON.stringify(tokenizer) made',
      )
    try {
      return new CharTokenizer(tokens)
    } catch (error) {
      if (!(error instanceof OptionError)) throw error
      throw new FormatError(`CharTokenizer.fromJSON: the vocabulary is damaged: ${error.message}`)
    }
  }

  /** How many tokens there are. */
  get size(): number {
    return this.tokens.length
  }

  /**
   * The numbers of a text's characters.
   *
   * @param text - any text
   * @param options - `unknown`: `'error'` (default) or `'skip'`
   * @returns one number a character
   * @throws OptionError at a character that is not in the vocabulary
   */
  encode(text: string, options: EncodeOptions = {}): Int32Array<ArrayBuffer> {
    checkOptions('CharTokenizer.encode', options, ['unknown'])
    const { unknown = 'error' } = options
    if (unknown !== 'error' && unknown !== 'skip')
      throw new OptionError(
        `CharTokenizer.encode: unknown must be 'error' or 'skip', got ${describe(unknown)}`,
      )
    if (typeof text !== 'string')
      throw new OptionError(`CharTokenizer.encode: expected a text, got ${describe(text)}`)
    const ids = new Int32Array(text.length)
    let count = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!
      const id = this.ids.get(code)
      if (id !== undefined) ids[count++] = id
      else if (unknown === 'error')
        throw new OptionError(
          `CharTokenizer.encode: ${characterName(code)} at index ${i} is not among the ${this.size} characters of the vocabulary; ` +
            "build the tokenizer from a text that has it, or leave such characters out with { unknown: 'skip' }",
        )
      if (code > 0xffff) i++
    }
    return ids.slice(0, count)
  }

  /**
   * The text of a list of tokens.
   *
   * @param ids - numbers from 0 to `size` − 1
   * @returns their characters
   * @throws OptionError at a number that is no token
   */
  decode(ids: ArrayLike<number>): string {
    const parts = new Array<string>(ids.length)
    for (let i = 0; i < ids.length; i++) {
      const token = this.tokens[ids[i]!]
      if (token === undefined)
        throw new OptionError(
          `CharTokenizer.decode: there is no token ${describe(ids[i])} (at index ${i}); they go from 0 to ${this.size - 1}`,
        )
      parts[i] = token
    }
    return parts.join('')
  }

  /** What `JSON.stringify` stores of it. */
  toJSON(): CharTokenizerData {
    return { type: 'char', tokens: this.tokens }
  }
}

function characterName(code: number): string {
  return `${JSON.stringify(String.fromCodePoint(code))} (U+${code.toString(16).toUpperCase().padStart(4, '0')})`
}
