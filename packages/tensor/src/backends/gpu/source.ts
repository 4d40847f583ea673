import type { Helper } from './gpujs.js'
import { helpersIn } from './math.js'

/**
 * A kernel's source. All kernels are written as template strings over flat arrays, sizes as literals: the one form that survives
 * compilers, minifiers and coverage in every mode of gpu.js.
 */
export interface Source {
  /** The function, in the subset of JavaScript that gpu.js translates; its text is its identity. */
  readonly text: string
  /** What is passed after its own arguments: numbers that cannot be written as literals. */
  readonly constants: readonly number[]
  /** The functions it calls. */
  readonly helpers: readonly Helper[]
}

/** Numbers that shader languages have no literals for. */
const CONSTANTS: Readonly<Record<string, number>> = { INF: Number.POSITIVE_INFINITY, NAN: Number.NaN }

/**
 * The source of a kernel: `i` is the index of the number it computes and returns. In its body stand arguments, `INF` and `NAN`, and the functions
 * of math.ts.
 *
 * @param parameters - names of the arguments: buffers, then numbers
 * @param body - statements, the last of them a `return`
 */
export function kernel(parameters: readonly string[], body: string): Source {
  const used = Object.keys(CONSTANTS).filter((name) => new RegExp(`\\b${name}\\b`).test(body))
  return {
    text: `function(${[...parameters, ...used].join(',')}){const i=this.thread.x;${body}}`,
    constants: used.map((name) => CONSTANTS[name]!),
    helpers: helpersIn(body),
  }
}

/**
 * `let q = ⌊i / d⌋` for whole numbers 0 ≤ i < 2²⁴: the quotient of floats may miss by one.
 *
 * @param q - the name of the quotient
 * @param i - what is divided, an expression
 * @param d - a whole number
 */
export function divide(q: string, i: string, d: number): string {
  if (d === 1) return `let ${q}=${i};`
  if (Number.isInteger(Math.log2(d))) return `let ${q}=Math.floor(${i}*${literal(1 / d)});` // exact
  return (
    `let ${q}=Math.floor((${i}+0.5)*${literal(1 / d)});` +
    `if(${q}*${d}>${i}){${q}=${q}-1;}if((${q}+1)*${d}<=${i}){${q}=${q}+1;}`
  )
}

/** A number as a literal that is a float in every mode. */
export function literal(value: number): string {
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

/**
 * Where the operands of a strided walk have their element `i`: `let <name> = offset + Σ indexₖ · stridesₖ` for each of them.
 *
 * @param shape - of what is walked, row-major
 * @param operands - strides of each operand, by the name of its index
 * @param index - the flat index, a variable
 */
export function walk(
  shape: readonly number[],
  operands: Readonly<Record<string, { strides: readonly number[]; offset?: number }>>,
  index = 'i',
): string {
  const names = Object.keys(operands)
  let code = names.map((name) => `let ${name}=${operands[name]!.offset ?? 0};`).join('')
  let rest = index
  for (let d = shape.length - 1; d >= 0; d--) {
    const steps = names.filter((name) => operands[name]!.strides[d] !== 0)
    const n = shape[d]!
    if (n === 1) continue
    let at = rest
    if (d > 0 && shape.slice(0, d).some((size) => size !== 1)) {
      const q = `${index}_q${d}`
      code += divide(q, rest, n)
      at = `${rest}-${q}*${n}`
      rest = q
    }
    if (steps.length === 0) continue
    const c = `${index}_c${d}`
    code += `const ${c}=${at};`
    for (const name of steps) code += `${name}=${name}+${c}*${operands[name]!.strides[d]};`
  }
  return code
}
