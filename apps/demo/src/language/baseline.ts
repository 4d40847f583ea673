/** How much the shorter context weighs against the counts, tried in this order. */
const STRENGTHS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000]

/** Mean negative log-likelihood of the held-out text, nats per token. */
export interface Baseline {
  readonly bigram: number
  readonly trigram: number
}

/**
 * What a network has to beat: models that only count pairs and triples of tokens in `training`, measured on `heldOut`.
 * Their smoothing is chosen on the last tenth of the training part alone.
 */
export function baseline(training: Int32Array, heldOut: Int32Array, vocabulary: number): Baseline {
  const cut = Math.floor(training.length * 0.9)
  const strengths: number[] = []
  for (const order of [2, 3]) {
    const counts = countAll(training.subarray(0, cut), order, vocabulary)
    const losses = STRENGTHS.map((strength) =>
      nll(interpolate(counts, [...strengths, strength]), training.subarray(cut), order - 1),
    )
    strengths.push(STRENGTHS[losses.indexOf(Math.min(...losses))])
  }
  const counts = countAll(training, 3, vocabulary)
  return {
    bigram: nll(interpolate(counts.slice(0, 2), strengths.slice(0, 1)), heldOut, 2),
    trigram: nll(interpolate(counts, strengths), heldOut, 2),
  }
}

/** How often each context of `order − 1` tokens, and each context with its next token, occurs. */
interface Counts {
  readonly order: number
  readonly vocabulary: number
  readonly contexts: ReadonlyMap<number, number>
  readonly grams: ReadonlyMap<number, number>
}

/** The counts of orders 1 to `order`. */
export function countAll(tokens: Int32Array, order: number, vocabulary: number): Counts[] {
  return Array.from({ length: order }, (_, k) => count(tokens, k + 1, vocabulary))
}

function count(tokens: Int32Array, order: number, vocabulary: number): Counts {
  const contexts = new Map<number, number>()
  const grams = new Map<number, number>()
  for (let i = order - 1; i < tokens.length; i++) {
    const context = contextKey(tokens, i, order, vocabulary)
    const gram = context * vocabulary + tokens[i]
    contexts.set(context, (contexts.get(context) ?? 0) + 1)
    grams.set(gram, (grams.get(gram) ?? 0) + 1)
  }
  return { order, vocabulary, contexts, grams }
}

/** The tokens before `at` as one number: exact while vocabulary³ stays below 2⁵³, 200 000 different characters. */
function contextKey(tokens: Int32Array, at: number, order: number, vocabulary: number): number {
  let key = 0
  for (let i = at - order + 1; i < at; i++) key = key * vocabulary + tokens[i]
  return key
}

/** P(token at `at` | the tokens before it). */
type Probability = (tokens: Int32Array, at: number) => number

/**
 * Counts of orders 1, 2, … smoothed by the shorter context (a Dirichlet prior; MacKay and Peto 1995), strength `a`
 * for each order from 2 on:
 *
 *     P(w)     = (n(w) + 1) / (N + V)
 *     P(w | c) = (n(c w) + a · P(w | c′)) / (n(c) + a),   c′ is c without its oldest token
 */
export function interpolate(counts: readonly Counts[], strengths: readonly number[]): Probability {
  return counts.reduce<Probability>(
    (shorter, { order, vocabulary, contexts, grams }) => {
      const strength = order === 1 ? vocabulary : strengths[order - 2]
      return (tokens, at) => {
        const context = contextKey(tokens, at, order, vocabulary)
        const together = grams.get(context * vocabulary + tokens[at]) ?? 0
        return (together + strength * shorter(tokens, at)) / ((contexts.get(context) ?? 0) + strength)
      }
    },
    () => 1 / counts[0].vocabulary,
  )
}

/** Mean of −ln P over the tokens from `from` on. */
export function nll(model: Probability, tokens: Int32Array, from: number): number {
  let sum = 0
  for (let i = from; i < tokens.length; i++) sum -= Math.log(model(tokens, i))
  return sum / (tokens.length - from)
}
