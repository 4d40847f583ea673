import type { Helper } from './gpujs.js'
import { angles } from './math/angles.js'
import { exponentials } from './math/exponentials.js'
import { gates } from './math/gates.js'
import { logarithms } from './math/logarithms.js'
import { powers } from './math/powers.js'
import { quotients } from './math/quotients.js'
import { waves } from './math/waves.js'

/** A function of floats: names of its parameters, and statements, the last of them a `return`. */
export interface FloatFunction {
  readonly parameters: readonly string[]
  readonly body: string
}

/**
 * Functions that kernels may call by name; their names end in `_`. The device's own are inaccurate (WGSL permits that e^x is off by
 * 3 + 2|x| ulp, and sin x by 2⁻¹¹) or wrong at the edges. Products and sums that must be exact are so by the width of their
 * factors, which `Math.floor` cuts: a compiler that reorders sums cannot undo it. Infinity and NaN, which no function can
 * write down, are parameters where a result is made of them: `log_(x,INF,NAN)`.
 */
const FUNCTIONS: Readonly<Record<string, FloatFunction>> = {
  ...angles,
  ...exponentials,
  ...gates,
  ...logarithms,
  ...powers,
  ...quotients,
  ...waves,
}

/** The functions that a body calls, and those that they call, callees first. */
export function helpersIn(body: string): readonly Helper[] {
  const found = new Map<string, Helper>()
  const visit = (text: string) => {
    for (const [name, { parameters, body: inner }] of Object.entries(FUNCTIONS)) {
      if (found.has(name) || !new RegExp(`\\b${name}\\(`).test(text)) continue
      visit(inner)
      found.set(name, {
        source: `function ${name}(${parameters.join(',')}){${inner}}`,
        settings: { argumentTypes: parameters.map(() => 'Number'), returnType: 'Number' },
      })
    }
  }
  visit(body)
  return [...found.values()]
}
