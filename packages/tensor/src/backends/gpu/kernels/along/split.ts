// Sizes of these kernels are arguments, not literals: they change from batch to batch (tokens, lengths of sequences), and a kernel takes long to
// compile. gpu.js wants the variables of such loops to differ in name.

/** `let q = ⌊i / size⌋, const rest = i mod size` of variables; the quotient of floats may miss, that of the rest by one at most. */
export function split(q: string, rest: string, i: string, size: string): string {
  return (
    `let ${q}=Math.floor((${i}+0.5)/${size});${q}=${q}+Math.floor((${i}-${q}*${size}+0.5)/${size});` +
    `if(${q}*${size}>${i}){${q}=${q}-1;}` +
    `if((${q}+1)*${size}<=${i}){${q}=${q}+1;}const ${rest}=${i}-${q}*${size};`
  )
}

/** The line of thread `i` of [outer, n, inner], and its place `j` there: value m of the line is at `base + m · inner`. */
export const PLACE = `${split('q', 'c', 'i', 'inner')}${split('o', 'j', 'q', 'n')}const base=o*n*inner+c;`

/** Reads of a number that take about as long as a launch. */
export const READS_A_LAUNCH = 2 ** 21
