import type { Helper } from './gpujs.js'
import { angles } from './math/angles.js'
import { exponentials } from './math/exponentials.js'
import type { FloatFunction } from './math/function.js'
import { gates } from './math/gates.js'
import { logarithms } from './math/logarithms.js'
import { powers } from './math/powers.js'
import { quotients } from './math/quotients.js'
import { waves } from './math/waves.js'

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

/** The functions that a text calls. */
function called(text: string): string[] {
  const names = text.match(/\b[a-z]\w*_(?=\()/gi) ?? []
  return [...new Set(names)].filter((name) => Object.hasOwn(FUNCTIONS, name))
}

/** By the names that are called: kernels are written anew for every launch. */
const known = new Map<string, readonly Helper[]>()

/** The functions that a body calls, and those that they call, callees first. */
export function helpersIn(body: string): readonly Helper[] {
  const names = called(body)
  const key = names.join()
  let helpers = known.get(key)
  if (!helpers) {
    helpers = collect(names)
    known.set(key, helpers)
  }
  return helpers
}

/**
 * gpu.js puts functions in order itself, but moves one that has several callers behind those that it calls, which WebGL does not allow. So
 * each caller has its own copy of a function that calls others.
 */
function collect(direct: readonly string[]): readonly Helper[] {
  const found = new Map<string, Helper>()
  const taken = new Set(direct)
  const add = (name: string, as: string) => {
    const { parameters, body } = FUNCTIONS[name]!
    let text = body
    for (const callee of called(body)) {
      let own = callee
      if (called(FUNCTIONS[callee]!.body).length > 0) {
        while (taken.has(own)) own += '_'
        text = text.replace(new RegExp(`\\b${callee}(?=\\()`, 'g'), own)
      }
      taken.add(own)
      if (!found.has(own)) add(callee, own)
    }
    found.set(as, {
      source: `function ${as}(${parameters.join(',')}){${text}}`,
      settings: { argumentTypes: parameters.map(() => 'Number'), returnType: 'Number' },
    })
  }
  for (const name of direct) if (!found.has(name)) add(name, name)
  return [...found.values()]
}
