import { CharTokenizer } from '@nn/data'
import { UsageError } from '../cli/errors.js'
import { count } from '../terminal/format.js'
import type { Text } from './text.js'

/** Sequences of a batch, and characters of a sequence. */
export const BATCH = 32
export const LENGTH = 64
/** The last part of a text is never trained on: a tenth, and no more than is measured in a second or two. */
const HELD_OUT = 0.1
const MOST_HELD_OUT = 200_000
/** One batch for training; the held-out part is then long enough for sequences of its own. */
const SHORTEST = Math.ceil((BATCH * LENGTH + 1) / (1 - HELD_OUT))

export interface Corpus {
  readonly text: Text
  readonly tokenizer: CharTokenizer
  readonly training: Int32Array
  readonly heldOut: Int32Array
}

/** The text as tokens in two parts. A stored model brings the tokenizer it was trained with. */
export function makeCorpus(text: Text, stored?: CharTokenizer): Corpus {
  const tokenizer = stored ?? CharTokenizer.fromText(text.content)
  const tokens = encode(tokenizer, text)
  if (tokens.length < SHORTEST)
    throw new UsageError(
      `The text '${text.title}' is too short: ${count(tokens.length)} characters, at least ${count(SHORTEST)} are needed.`,
    )
  if (tokenizer.size < 2)
    throw new UsageError(
      `The text '${text.title}' consists of one character only; there is nothing to learn.`,
    )
  const cut = Math.max(Math.floor(tokens.length * (1 - HELD_OUT)), tokens.length - MOST_HELD_OUT)
  return { text, tokenizer, training: tokens.subarray(0, cut), heldOut: tokens.subarray(cut) }
}

function encode(tokenizer: CharTokenizer, text: Text): Int32Array {
  const known = new Set(tokenizer.tokens)
  for (const character of text.content)
    if (!known.has(character))
      throw new UsageError(
        `The text '${text.title}' does not fit the stored model, which does not know ${JSON.stringify(character)}.`,
      )
  return tokenizer.encode(text.content)
}
