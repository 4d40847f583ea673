import { TensorError } from '@core/tensor'
import { dependsOn, isRecording, unrecordable } from '@core/tensor/extend'
import { hooksOf, runBackwardHooks, runHooks, runPreHooks } from './hooks.js'
import type { Module } from './module.js'

// The module in whose forward an error arose, until the enclosing module has put its name on it.
const origins = new WeakMap<Error, Module>()

type Forward = (...args: unknown[]) => unknown

/**
 * Puts a `forward` before the class's own: the one place through which every call passes, where hooks are run and
 * errors learn the layer's path.
 */
export function guard(module: Module): void {
  const forward = (...args: unknown[]): unknown => {
    const own = (Object.getPrototypeOf(module) as { forward: Forward }).forward
    return call(module, own, args)
  }
  Object.defineProperty(module, 'forward', { value: forward, configurable: true, writable: true })
}

/** Runs a module's forward; an error that passes through learns the path of the layer it comes from. */
function call(module: Module, forward: Forward, args: unknown[]): unknown {
  try {
    if (isRecording()) dependsOn(() => settingsOf(module))
    const hooks = hooksOf(module)
    if (!hooks) return forward.apply(module, args)
    unrecordable(
      `the module ${module.constructor.name} has hooks, which replays would not run; remove them, or do not compile the step`,
    )
    const given = runPreHooks(hooks, module, args)
    if (hooks.backward.size === 0) return runHooks(hooks, module, given, forward.apply(module, given))
    const run = (inputs: unknown[]) => runHooks(hooks, module, inputs, forward.apply(module, inputs))
    return runBackwardHooks(hooks, module, given, run)
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

/** The plain values in a module's fields: whether it trains, its rates and sizes. */
function settingsOf(module: Module): string {
  let settings = ''
  for (const value of Object.values(module))
    if (typeof value !== 'object' && typeof value !== 'function') settings += `${String(value)} `
  return settings
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
