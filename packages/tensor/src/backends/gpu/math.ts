import type { Helper } from './gpujs.js'

/** Functions of floats that kernels may call by name; where the device's own are inaccurate, or wrong at the edges. */
const FUNCTIONS: Readonly<Record<string, { parameters: readonly string[]; body: string }>> = {
  // Device's own tanh is NaN where e^x overflows.
  tanh_: { parameters: ['x'], body: 'return Math.tanh(Math.max(-20,Math.min(20,x)));' },
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
