import type { Tensor } from '@core/tensor'
import { checkFunction, intercept, isTensor } from '@core/tensor/extend'
import type { Module } from './module.js'

/** Runs before a module's forward; may return other arguments, in a list. */
export type ForwardPreHook = (module: Module, args: readonly unknown[]) => readonly unknown[] | undefined

/** Runs after a module's forward; may return another output. */
export type ForwardHook = (module: Module, args: readonly unknown[], output: unknown) => unknown

/**
 * Runs in the backward pass, when the gradients to a module's inputs are known: null where none arrives or is wanted.
 * May return other gradients to the inputs, in a list.
 */
export type BackwardHook = (
  module: Module,
  gradInputs: readonly (Tensor | null)[],
  gradOutputs: readonly (Tensor | null)[],
) => readonly (Tensor | null)[] | undefined

/** The hooks of one module. */
export interface Hooks {
  readonly pre: Set<ForwardPreHook>
  readonly post: Set<ForwardHook>
  readonly backward: Set<BackwardHook>
}

// Beside the modules, not in them: hooks are no part of what a module is.
const all = new WeakMap<Module, Hooks>()

/** A module's hooks; undefined where it never had any. */
export function hooksOf(module: Module): Hooks | undefined {
  return all.get(module)
}

/** Adds a hook; gives the function that takes it away again. */
export function addHook<K extends keyof Hooks>(
  module: Module,
  kind: K,
  method: string,
  hook: Hooks[K] extends Set<infer H> ? H : never,
): () => void {
  checkFunction(method, 'the hook', hook)
  const hooks = all.get(module) ?? { pre: new Set(), post: new Set(), backward: new Set() }
  all.set(module, hooks)
  const list = hooks[kind] as Set<unknown>
  // A function may be registered twice, so each registration is an entry of its own.
  const entry = (...args: never[]): unknown => (hook as (...args: never[]) => unknown)(...args)
  list.add(entry)
  return () => {
    list.delete(entry)
  }
}

/** Gives a copy of a module the hooks of the original. */
export function copyHooks(from: Module, to: Module): void {
  const { pre, post, backward } = all.get(from) ?? {}
  if (pre && post && backward)
    all.set(to, { pre: new Set(pre), post: new Set(post), backward: new Set(backward) })
}

/** The arguments after all pre-hooks. */
export function runPreHooks(hooks: Hooks, module: Module, args: unknown[]): unknown[] {
  let given = args
  for (const hook of hooks.pre) {
    const others = hook(module, given)
    if (others !== undefined) given = Array.isArray(others) ? [...(others as unknown[])] : [others]
  }
  return given
}

/** The output after all hooks. */
export function runHooks(hooks: Hooks, module: Module, args: unknown[], output: unknown): unknown {
  let result = output
  for (const hook of hooks.post) result = hook(module, args, result) ?? result
  return result
}

/** Runs a module between two places where gradients are watched: its outputs' are seen first, then its inputs'. */
export function runBackwardHooks(
  hooks: Hooks,
  module: Module,
  args: unknown[],
  run: (args: unknown[]) => unknown,
): unknown {
  const name = `backward hook of ${module.constructor.name}`
  const inputs = tensorsIn(args)
  let gradOutputs: readonly (Tensor | null)[] = []
  const fire = (gradInputs: readonly (Tensor | null)[]): readonly (Tensor | null)[] => {
    let current = gradInputs
    for (const hook of hooks.backward) current = hook(module, current, gradOutputs) ?? current
    return current
  }
  const watched = intercept(name, inputs, fire)
  const below = watched.some((t, i) => t !== inputs[i])
  const output = run(replace(args, inputs, watched) as unknown[])
  const outputs = tensorsIn(output)
  const seen = intercept(name, outputs, (gradients) => {
    gradOutputs = gradients
    if (!below) fire(inputs.map(() => null)) // nothing wants the inputs' gradients, so nobody will ask again
  })
  return replace(output, outputs, seen)
}

/** The tensors in a value: itself, or in its lists and plain objects. */
function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value]
  if (typeof value !== 'object' || value === null) return []
  if (!Array.isArray(value) && !isPlain(value)) return []
  return Object.values(value).flatMap(tensorsIn)
}

function replace(value: unknown, from: readonly Tensor[], to: readonly Tensor[]): unknown {
  if (isTensor(value)) return to[from.indexOf(value)] ?? value
  if (Array.isArray(value)) return value.map((v) => replace(v, from, to))
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, replace(v, from, to)]))
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
