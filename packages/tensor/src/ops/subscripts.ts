import { OptionError, ShapeError } from '../errors.js'
import { type Shape, show } from '../shape.js'

/** An einsum equation, taken apart: a label for every axis. Letters stand for themselves, `.0`, `.1` … for the axes of an ellipsis, from the last one on. */
export interface Subscripts {
  readonly inputs: readonly (readonly string[])[]
  readonly output: readonly string[]
}

function fail(equation: string, why: string): never {
  throw new OptionError(`einsum: the equation '${equation}' ${why}; write it like 'ij,jk->ik'`)
}

function terms(equation: string, term: string): string[] {
  const list = term.match(/\.\.\.|[a-zA-Z]/g) ?? []
  if (list.join('') !== term) fail(equation, `has '${term}', which is not made of letters and '...'`)
  if (list.filter((t) => t === '...').length > 1) fail(equation, `has more than one '...' in '${term}'`)
  return list
}

/** Reads an equation for operands of these shapes. */
export function parse(equation: string, shapes: readonly Shape[]): Subscripts {
  if (typeof equation !== 'string') fail(String(equation), 'is no string')
  const sides = equation.replaceAll(' ', '').split('->')
  if (sides.length > 2) fail(equation, "has more than one '->'")
  const inputs = sides[0]!.split(',').map((term) => terms(equation, term))
  if (inputs.length !== shapes.length)
    fail(equation, `names ${inputs.length} operands, there are ${shapes.length}`)
  let most = 0
  const labels = inputs.map((list, i) => {
    const letters = list.filter((t) => t !== '...').length
    const extra = shapes[i]!.length - letters
    if (extra < 0 || (extra > 0 && !list.includes('...')))
      throw new ShapeError(
        `einsum: operand ${i} ${show(shapes[i]!)} has ${shapes[i]!.length} dimensions, '${list.join('')}' names ${letters}; name each, or add '...'`,
      )
    most = Math.max(most, list.includes('...') ? extra : 0)
    return list.flatMap((t) => (t === '...' ? ellipsis(extra) : [t]))
  })
  return { inputs: labels, output: outputOf(equation, sides[1], labels, most) }
}

function ellipsis(n: number): string[] {
  return Array.from({ length: n }, (_, i) => `.${n - 1 - i}`)
}

function outputOf(
  equation: string,
  side: string | undefined,
  inputs: readonly (readonly string[])[],
  extra: number,
): string[] {
  const all = inputs.flat()
  if (side === undefined) {
    // without an arrow: the ellipsis, then the letters that occur once, in the order of the alphabet
    const letters = all.filter((t) => !t.startsWith('.'))
    return [
      ...ellipsis(extra),
      ...letters.filter((t) => letters.indexOf(t) === letters.lastIndexOf(t)).sort(),
    ]
  }
  const list = terms(equation, side)
  for (const t of list) {
    if (t !== '...' && !all.includes(t)) fail(equation, `has '${t}' in the result, which no operand has`)
    if (list.indexOf(t) !== list.lastIndexOf(t)) fail(equation, `has '${t}' twice in the result`)
  }
  return list.flatMap((t) => (t === '...' ? ellipsis(extra) : [t]))
}
