import { TensorError } from '@core/tensor'
import type { Module } from './module.js'

// The module in whose forward an error arose, until the enclosing module has put its name on it.
const origins = new WeakMap<Error, Module>()

/** Runs a module's forward; an error that passes through learns the path of the layer it comes from. */
export function call(module: Module, forward: (...args: unknown[]) => unknown, args: unknown[]): unknown {
  try {
    return forward.apply(module, args)
  } catch (error) {
    if (isTensorError(error)) {
      const origin = origins.get(error)
      const name = origin && origin !== module ? nameWithin(module, origin) : undefined
      if (name !== undefined && origin) error.within(name, origin.constructor.name)
      if (name !== undefined || !origin) origins.set(error, module)
    }
    throw error
  }
}

function isTensorError(error: unknown): error is TensorError {
  return (
    error instanceof TensorError ||
    (error instanceof Error && 'within' in error && typeof error.within === 'function')
  )
}

/** The path from one module to another below it. */
function nameWithin(parent: Module, child: Module): string | undefined {
  for (const [name, module] of parent.namedModules()) if (module === child) return name
  return undefined
}
