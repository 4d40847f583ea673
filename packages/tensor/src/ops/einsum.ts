import { OptionError, ShapeError } from '../errors.js'
import { describe } from '../options.js'
import { show, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { reshape, sum } from './broadcast.js'
import { arrange, contract } from './contract.js'
import { checkSameDType, checkTensors } from './run.js'
import { part } from './slicing.js'
import { parse } from './subscripts.js'

/** A tensor with a label for every axis. */
interface Labelled {
  readonly x: Tensor
  readonly labels: readonly string[]
}

/**
 * Sums of products, written as Einstein did: each letter is an index, letters that the result lacks are summed over:
 * `'ij,jk->ik'` is $C_{ik} = \sum_j A_{ij} B_{jk}$. A letter twice in one operand takes the diagonal; `...` stands for further
 * dimensions, which broadcast; without `->` the result has the letters that occur once, in the order of the alphabet.
 *
 * @param equation - the letters of the operands, of the result
 * @param operands - as many tensors, of one dtype
 * @returns a tensor with an axis for each letter of the result
 * @throws OptionError where the equation cannot be read; ShapeError where the shapes do not fit it
 * @example
 * ```ts
 * import { einsum, tensor } from '@core/tensor'
 * const a = tensor([[1, 2], [3, 4]])
 * einsum('ij,jk->ik', a, a).toArraySync() // => [[7, 10], [15, 22]]
 * einsum('ii->', a).itemSync() // => 5
 * ```
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (operands.length === 0)
    throw new OptionError(
      `einsum: at least one operand is needed, as in einsum('ij->ji', x), got ${describe(operands[0])}`,
    )
  checkTensors(
    'einsum',
    operands,
    operands.map((_, i) => `operand ${i}`),
  )
  for (const [i, x] of operands.entries())
    checkSameDType('einsum', operands[0]!, x, 'operand 0', `operand ${i}`)
  const { inputs, output } = parse(
    equation,
    operands.map((x) => x.shape),
  )
  checkSizes(equation, operands, inputs)
  const list = operands.map((x, i) => diagonals(x, inputs[i]!))
  let left = reduced(list[0]!, needed(list, 1, output))
  for (let i = 1; i < list.length; i++) left = meet(left, list[i]!, needed(list, i + 1, output))
  return arrange(
    left.x,
    output.map((label) => left.labels.indexOf(label)),
  )
}

/** Equal labels have equal sizes, or one of them is 1 and is repeated. */
function checkSizes(
  equation: string,
  operands: readonly Tensor[],
  labels: readonly (readonly string[])[],
): void {
  const sizes = new Map<string, number>()
  operands.forEach((x, i) => {
    x.shape.forEach((n, d) => {
      const label = labels[i]![d]!
      const known = sizes.get(label) ?? 1
      const twice = labels[i]!.indexOf(label) !== d && n !== x.shape[labels[i]!.indexOf(label)]
      if ((n !== known && n !== 1 && known !== 1) || twice)
        throw new ShapeError(
          `einsum: in '${equation}' dimension ${d} of operand ${i} ${show(x.shape)} is ${n}, but its ${
            label.startsWith('.') ? 'place in the ellipsis' : `letter '${label}'`
          } has size ${twice ? x.shape[labels[i]!.indexOf(label)] : known}; sizes must be equal`,
        )
      sizes.set(label, n === 1 ? known : n)
    })
  })
}

/** The labels that the operands from number `from` on, or the result, still need. */
function needed(list: readonly Labelled[], from: number, output: readonly string[]): Set<string> {
  return new Set([...output, ...list.slice(from).flatMap((t) => t.labels)])
}

/** Takes the diagonal where a label occurs more than once. */
function diagonals(x: Tensor, labels: readonly string[]): Labelled {
  const own = [...new Set(labels)]
  if (own.length === labels.length) return { x, labels }
  const all = stridesOf(x.shape)
  const strides = own.map((label) => labels.reduce((s, t, d) => (t === label ? s + all[d]! : s), 0))
  return {
    x: part(
      x,
      own.map((label) => x.shape[labels.indexOf(label)]!),
      strides,
      0,
    ),
    labels: own,
  }
}

/** Sums over the labels that nobody needs. */
function reduced({ x, labels }: Labelled, keep: ReadonlySet<string>): Labelled {
  const axis = labels.flatMap((label, i) => (keep.has(label) ? [] : [i]))
  if (axis.length === 0) return { x, labels }
  return { x: sum(x, { axis }), labels: labels.filter((label) => keep.has(label)) }
}

/** Leaves out axes of size 1 that the other operand has longer: they are repeated by not being there. */
function thinned({ x, labels }: Labelled, other: Labelled): Labelled {
  const kept = labels.filter((label, i) => {
    const j = other.labels.indexOf(label)
    return j < 0 || x.shape[i] === other.x.shape[j] || x.shape[i] !== 1
  })
  if (kept.length === labels.length) return { x, labels }
  return {
    x: reshape(
      x,
      kept.map((label) => x.shape[labels.indexOf(label)]!),
    ),
    labels: kept,
  }
}

/** The product of two operands, summed over what is needed no more. */
function meet(a: Labelled, b: Labelled, keep: ReadonlySet<string>): Labelled {
  const [thinA, thinB] = [thinned(a, b), thinned(b, a)]
  const left = reduced(thinA, new Set([...keep, ...thinB.labels]))
  const right = reduced(thinB, new Set([...keep, ...thinA.labels]))
  const shared = left.labels.filter((label) => right.labels.includes(label))
  const pair = (label: string) => [left.labels.indexOf(label), right.labels.indexOf(label)] as const
  const batch = shared.filter((label) => keep.has(label))
  const x = contract(left.x, right.x, {
    batch: batch.map(pair),
    summed: shared.filter((label) => !keep.has(label)).map(pair),
  })
  const rest = (t: Labelled) => t.labels.filter((label) => !shared.includes(label))
  return { x, labels: [...batch, ...rest(left), ...rest(right)] }
}
