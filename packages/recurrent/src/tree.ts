import { OptionError, type Tensor } from '@core/tensor'
import { describe, isTensor } from '@core/tensor/extend'

/** Tensors in any arrangement of lists and plain objects: what a cell may carry from step to step, or give. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree }

/** The same arrangement with every tensor replaced. */
export function mapTree<T>(op: string, tree: T, f: (tensor: Tensor) => Tensor): T {
  return zipTrees(op, [tree], ([t]) => f(t!))
}

/** One tree out of several alike: each tensor made of those at the same place in all of them. */
export function zipTrees<T>(op: string, trees: readonly T[], f: (tensors: readonly Tensor[]) => Tensor): T {
  return zip(op, trees, f) as T
}

function zip(op: string, trees: readonly unknown[], f: (tensors: readonly Tensor[]) => Tensor): unknown {
  const first = trees[0]
  if (isTensor(first)) return f(trees.map((tree) => (isTensor(tree) ? tree : differs(op, first, tree))))
  if (Array.isArray(first)) {
    for (const tree of trees)
      if (!Array.isArray(tree) || tree.length !== first.length) differs(op, first, tree)
    return first.map((_, i) =>
      zip(
        op,
        trees.map((tree) => (tree as unknown[])[i]),
        f,
      ),
    )
  }
  if (!isPlain(first))
    throw new OptionError(
      `${op}: tensors, lists and plain objects of them are expected, got ${describe(first)}`,
    )
  const names = Object.keys(first)
  for (const tree of trees)
    if (!isPlain(tree) || Object.keys(tree).join() !== names.join()) differs(op, first, tree)
  return Object.fromEntries(
    names.map((name) => [
      name,
      zip(
        op,
        trees.map((tree) => (tree as Record<string, unknown>)[name]),
        f,
      ),
    ]),
  )
}

function differs(op: string, first: unknown, other: unknown): never {
  throw new OptionError(
    `${op}: every step must give the same arrangement of tensors, but the first gave ${outline(first)}, another ${outline(other)}`,
  )
}

function outline(value: unknown): string {
  if (isPlain(value)) return `{ ${Object.keys(value).join(', ')} }`
  return Array.isArray(value) ? `a list of ${value.length}` : describe(value)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isTensor(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
