import { FormatError, OptionError } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CharTokenizer } from '../src/index.js'

const text = fc.string({ unit: 'binary', minLength: 1 })

describe('CharTokenizer', () => {
  test('gives every text back', () => {
    fc.assert(
      fc.property(text, (written) => {
        const tokenizer = CharTokenizer.fromText(written)
        const ids = tokenizer.encode(written)
        expect(ids.length).toBe([...written].length)
        expect(tokenizer.decode(ids)).toBe(written)
        expect(Math.max(...ids)).toBeLessThan(tokenizer.size)
      }),
    )
  })

  test('numbers the same characters alike, in whatever order they come', () => {
    fc.assert(
      fc.property(text, (written) => {
        const turned = [...written].reverse().join('')
        expect(CharTokenizer.fromText(turned).tokens).toEqual(CharTokenizer.fromText(written).tokens)
      }),
    )
  })

  test('sorts by code point, not by UTF-16 unit', () => {
    expect(CharTokenizer.fromText('\u{1f40b}\uffedb').tokens).toEqual(['b', '\uffed', '\u{1f40b}'])
  })

  test('survives JSON', () => {
    const tokenizer = CharTokenizer.fromText('Call me Ishmael 🐋\n')
    const copy = CharTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)))
    expect(copy.tokens).toEqual(tokenizer.tokens)
    expect(copy.encode('🐋 me')).toEqual(tokenizer.encode('🐋 me'))
  })

  test('keeps halves of surrogate pairs apart from pairs', () => {
    const tokenizer = CharTokenizer.fromText('\ud83d\udc0b\udc0b')
    expect(tokenizer.size).toBe(2)
    expect(tokenizer.decode(tokenizer.encode('\udc0b\ud83d\udc0b'))).toBe('\udc0b\ud83d\udc0b')
  })

  test('leaves unknown characters out where asked to', () => {
    const tokenizer = CharTokenizer.fromText('abc')
    expect(tokenizer.decode(tokenizer.encode('a🐋b-c', { unknown: 'skip' }))).toBe('abc')
    expect(tokenizer.encode('').length).toBe(0)
  })

  test('takes a million characters in well under a second', () => {
    const long = 'Call me Ishmael. Some years ago—never mind how long precisely 🐋\n'.repeat(16_000)
    const began = performance.now()
    const tokenizer = CharTokenizer.fromText(long)
    expect(tokenizer.decode(tokenizer.encode(long))).toBe(long)
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

const abc = CharTokenizer.fromText('abc')
const REFUSED: [string, () => unknown, string][] = [
  [
    'an empty text',
    () => CharTokenizer.fromText(''),
    'expected a text of at least one character, got an empty one',
  ],
  ['no text', () => CharTokenizer.fromText(3 as never), 'expected a text of at least one character, got 3'],
  ['no vocabulary', () => new CharTokenizer([]), 'an array of at least one character, got []'],
  ['a text as vocabulary', () => new CharTokenizer('abc' as never), `got the string 'abc'`],
  [
    'a token of two characters',
    () => new CharTokenizer(['a', 'bc']),
    `token 1 must be one character (code point), got the string 'bc'`,
  ],
  [
    'an empty token',
    () => new CharTokenizer(['']),
    `token 0 must be one character (code point), got the string ''`,
  ],
  ['a token twice', () => new CharTokenizer(['a', 'b', 'a']), '"a" (U+0061) is token 0 and again token 2'],
  [
    'an unknown character',
    () => abc.encode('ab🐋'),
    '"🐋" (U+1F40B) at index 2 is not among the 3 characters',
  ],
  [
    'an unknown way',
    () => abc.encode('a', { unknown: 'drop' as never }),
    `unknown must be 'error' or 'skip', got the string 'drop'`,
  ],
  [
    'an unknown option',
    () => abc.encode('a', { unkown: 'skip' } as never),
    `there is no option 'unkown'; there is unknown`,
  ],
  ['what is no text', () => abc.encode(7 as never), 'expected a text, got 7'],
  ['a token too high', () => abc.decode([0, 3]), 'there is no token 3 (at index 1); they go from 0 to 2'],
  ['a token below zero', () => abc.decode([-1]), 'there is no token -1'],
  ['half a token', () => abc.decode([0.5]), 'there is no token 0.5'],
]

test.each(REFUSED)('refuses %s', (_, use, message) => {
  expect(use).toThrow(OptionError)
  expect(use).toThrow(message)
})

test.each([
  [null],
  [{}],
  [{ type: 'bpe', tokens: ['a'] }],
  [{ type: 'char', tokens: 'abc' }],
  [{ type: 'char', tokens: ['a', 'a'] }],
])('fromJSON refuses %j', (data) => {
  expect(() => CharTokenizer.fromJSON(data)).toThrow(FormatError)
})
