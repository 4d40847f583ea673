import {
  OptionError,
  type Parameter,
  Parameter as ParameterClass,
  type Generator as RandomGenerator,
  type Tensor,
} from '@core/tensor'
import { checkFunction, checkOptions, clearGradient } from '@core/tensor/extend'
import { guard } from './call.js'
import { cloneModule } from './clone.js'
import { addHook, type BackwardHook, type ForwardHook, type ForwardPreHook } from './hooks.js'
import { loadInto } from './load.js'
import { generatorsOf, isModule, MODULE, membersOf } from './walk.js'

/** Tensors by name: the state of a module. */
export type StateDict = Record<string, Tensor>

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** Refuses a state with names missing or unexpected. Default true. */
  strict?: boolean
}

/** What `loadStateDict` found; both lists are empty when it was strict. */
export interface LoadReport {
  /** Names of the module for which the state had nothing. */
  readonly missing: readonly string[]
  /** Names of the state that the module does not have. */
  readonly unexpected: readonly string[]
}

/**
 * A network or a part of one: a plain class with its parts in fields and its computation in `forward`. The fields are
 * walked to find parameters, buffers and modules, also in arrays, maps and plain objects (not `#private` ones).
 *
 * @example
 * ```ts
 * import { randn, type Tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { Module } from '@nn/module'
 * class Net extends Module {
 *   readonly hidden = new Linear(4, 8)
 *   readonly head = new Linear(8, 2)
 *   override forward(x: Tensor): Tensor {
 *     return this.head.forward(this.hidden.forward(x).tanh())
 *   }
 * }
 * const net = new Net()
 * net.forward(randn([3, 4])).shape // => [3, 2]
 * Object.keys(net.stateDict()) // => ['hidden.weight', 'hidden.bias', 'head.weight', 'head.bias']
 * ```
 */
export class Module {
  /** Whether it is being trained; `train` and `eval` set it. */
  training = true

  constructor() {
    guard(this)
  }

  /** @internal */
  get [MODULE](): true {
    return true
  }

  /**
   * The computation; subclasses define it, with arguments and result of their own.
   *
   * @param _args - whatever the subclass takes
   */
  forward(..._args: never[]): unknown {
    throw new OptionError(
      `${this.constructor.name}: this module has no forward; define forward(…) in the class`,
    )
  }

  /** All parameters by name (`encoder.0.weight`), each once, in the order of the fields. */
  *namedParameters(): Generator<[string, Parameter]> {
    const seen = new Set<Tensor>()
    for (const [name, value] of entries(this))
      if (value instanceof ParameterClass && !seen.has(value)) {
        seen.add(value)
        yield [name, value]
      }
  }

  /** All parameters, each once. */
  *parameters(): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters()) yield parameter
  }

  /** This module (with the name '') and all below it by name, each once. */
  *namedModules(): Generator<[string, Module]> {
    yield* modulesBelow(this, '', new Set())
  }

  /**
   * All random generators by name, such as those of dropout layers, each once: with the state dict and these, a model goes
   * on exactly where it was.
   */
  *namedGenerators(): Generator<[string, RandomGenerator]> {
    const seen = new Set<RandomGenerator>()
    for (const [path, module] of this.namedModules())
      for (const [name, generator] of generatorsOf(module))
        if (!seen.has(generator)) {
          seen.add(generator)
          yield [path === '' ? name : `${path}.${name}`, generator]
        }
  }

  /** Switches to training: dropout drops, norms use the batch. Returns the module itself. */
  train(mode = true): this {
    checkOptions('train', { mode }, [], ['mode'])
    for (const [, module] of this.namedModules()) module.training = mode
    return this
  }

  /** Switches to evaluation. Returns the module itself. */
  eval(): this {
    return this.train(false)
  }

  /** Clears all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) clearGradient(parameter)
  }

  /** Freezes (false) or trains (true) all parameters. Returns the module itself. */
  requiresGrad(on: boolean): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = on
    return this
  }

  /**
   * Calls a function with every module below, then with this one: to initialise weights, say.
   *
   * @param fn - gets each module once, parts before the whole
   * @returns the module itself
   */
  apply(fn: (module: Module) => void): this {
    checkFunction('apply', 'fn', fn)
    applyTo(this, fn, new Set())
    return this
  }

  /**
   * A deep copy: parameters, buffers and modules of its own, equal now; what was tied stays tied. Tensors in fields
   * are shared, since they never change, and so is what is neither module, tensor, generator, array, map, set nor plain
   * object. (`#private` fields of a class cannot be copied; use `private` ones.)
   *
   * @returns the copy
   */
  clone(): this {
    return cloneModule(this)
  }

  /**
   * Runs a function before every forward of this module.
   *
   * @param hook - gets the module and the arguments; may return other arguments in a list
   * @returns a function that removes the hook
   */
  registerForwardPreHook(hook: ForwardPreHook): () => void {
    return addHook(this, 'pre', 'registerForwardPreHook', hook)
  }

  /**
   * Runs a function after every forward of this module.
   *
   * @param hook - gets the module, the arguments and the output; may return another output
   * @returns a function that removes the hook
   */
  registerForwardHook(hook: ForwardHook): () => void {
    return addHook(this, 'post', 'registerForwardHook', hook)
  }

  /**
   * Runs a function in every backward pass through this module, once the gradients to its inputs are known.
   *
   * @param hook - gets the module, the gradients to the tensors among its arguments, and those of its outputs; may return
   *   other gradients to the inputs in a list
   * @returns a function that removes the hook
   */
  registerBackwardHook(hook: BackwardHook): () => void {
    return addHook(this, 'backward', 'registerBackwardHook', hook)
  }

  /** A copy of all parameters and buffers by name, as PyTorch names them for the same composition. */
  stateDict(): StateDict {
    const state = Object.create(null) as StateDict
    for (const [name, tensor] of tensorsOf(this)) state[name] = tensor.detach().clone()
    return state
  }

  /**
   * Overwrites parameters and buffers with a stored state. Everything is checked before anything is changed.
   *
   * @param state - tensors by name; floats are converted to the parameter's dtype
   * @param options - `strict`, default true
   * @returns which names were missing and unexpected
   * @throws FormatError that lists all names missing, unexpected and misshapen
   */
  loadStateDict(state: Readonly<StateDict>, options: LoadOptions = {}): LoadReport {
    const { strict = true } = checkOptions('loadStateDict', options, [], ['strict'])
    return loadInto(tensorsOf(this), state, strict)
  }
}

function applyTo(module: Module, fn: (module: Module) => void, seen: Set<Module>): void {
  if (seen.has(module)) return
  seen.add(module)
  for (const [, value] of membersOf(module)) if (isModule(value)) applyTo(value, fn, seen)
  fn(module)
}

function* modulesBelow(module: Module, name: string, seen: Set<Module>): Generator<[string, Module]> {
  if (seen.has(module)) return
  seen.add(module)
  yield [name, module]
  for (const [member, value] of membersOf(module))
    if (isModule(value)) yield* modulesBelow(value, name === '' ? member : `${name}.${member}`, seen)
}

/** All parameters and buffers below a module, tied ones under each of their names. */
function* entries(
  module: Module,
  prefix = '',
  above: readonly Module[] = [module],
): Generator<[string, Tensor]> {
  for (const [name, value] of membersOf(module)) {
    if (!isModule(value)) yield [prefix + name, value]
    else if (!above.includes(value)) yield* entries(value, `${prefix}${name}.`, [...above, value])
    else
      throw new OptionError(
        `${module.constructor.name}: the field '${prefix}${name}' holds a module that it is part of; keep a reference upwards in a #private field`,
      )
  }
}

/** The same as a map. */
function tensorsOf(module: Module): Map<string, Tensor> {
  const all = new Map<string, Tensor>()
  for (const [name, value] of entries(module)) {
    if (all.has(name))
      throw new OptionError(
        `${module.constructor.name}: two parameters or buffers are called '${name}'; give each a name of its own`,
      )
    all.set(name, value)
  }
  return all
}
