import type { Tensor } from '@core/tensor'
import type { Module } from '@nn/module'
import { Args } from './args.ts'
import type { Value } from './values.ts'

/** What a call gives: a tensor or several. */
export type Output = Tensor | readonly Tensor[]

/** Calls one of our functions as PyTorch's is called. */
export type OpAdapter = (
  name: string,
  args: readonly Value[],
  kwargs: Readonly<Record<string, Value>>,
) => Output

/**
 * The adapter of a function.
 *
 * @param names - PyTorch's names of its positional arguments, in order, with blanks between
 * @param call - calls ours; every argument given must be asked for
 */
export function op(names: string, call: (args: Args) => Output): OpAdapter {
  return (name, positional, named) => {
    const args = new Args(name, names, positional, named)
    const output = call(args)
    args.finish()
    return output
  }
}

/** A function of one tensor without any options. */
export function unary(f: (x: Tensor) => Tensor): OpAdapter {
  return op('input', (a) => f(a.tensor('input')))
}

/** A function of two tensors or numbers without any options. */
export function binary(f: (a: Tensor | number, b: Tensor | number) => Tensor): OpAdapter {
  return op('input other', (a) => f(a.tensorLike('input'), a.tensorLike('other')))
}

/** Builds one of our layers as PyTorch's is built, and calls it. */
export interface ModuleAdapter {
  /** Builds it. */
  build(name: string, args: readonly Value[], kwargs: Readonly<Record<string, Value>>): Module
  /** Calls it. */
  forward(
    module: Module,
    name: string,
    args: readonly Value[],
    kwargs: Readonly<Record<string, Value>>,
  ): Output
}

/**
 * The adapter of a layer.
 *
 * @param names - PyTorch's names of the constructor's positional arguments, in order, with blanks between
 * @param build - constructs ours; every argument given must be asked for (`args.rest()` passes all others as options)
 * @param forward - calls ours; default: with one tensor
 * @param inputs - PyTorch's names of the arguments of forward
 */
export function layer<M extends Module>(
  names: string,
  build: (args: Args) => M,
  forward?: (module: M, args: Args) => Output,
  inputs = 'input',
): ModuleAdapter {
  const finished = <T>(args: Args, result: T): T => {
    args.finish()
    return result
  }
  return {
    build(name, positional, named) {
      const args = new Args(name, names, positional, named)
      return finished(args, build(args))
    },
    forward(module, name, positional, named) {
      const args = new Args(`${name}.forward`, inputs, positional, named)
      if (forward) return finished(args, forward(module as M, args))
      const plain = module as Module & { forward(x: Tensor): Tensor }
      return finished(args, plain.forward(args.tensor('input')))
    },
  }
}

/** Calls one of our losses. */
export type LossAdapter = (
  name: string,
  options: Readonly<Record<string, Value>>,
  inputs: readonly Value[],
  named: Readonly<Record<string, Value>>,
) => Tensor

/**
 * The adapter of a loss.
 *
 * @param names - PyTorch's names of the arguments of forward
 * @param call - calls ours with inputs and options (PyTorch's constructor arguments); `options.rest()` passes all
 */
export function loss(names: string, call: (inputs: Args, options: Args) => Tensor): LossAdapter {
  return (name, options, positional, named) => {
    const given = new Args(name, '', [], options)
    const inputs = new Args(`${name}.forward`, names, positional, named)
    const output = call(inputs, given)
    given.finish()
    inputs.finish()
    return output
  }
}
