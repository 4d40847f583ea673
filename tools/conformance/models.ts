import type { Tensor } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import { Module } from '@nn/module'
import { find } from './call.ts'
import { MODULES } from './modules/index.ts'
import { Unsupported } from './unsupported.ts'
import type { Value } from './values.ts'

/** A model as PyTorch prints it, taken apart: `Name(arguments)`, or `Name(` with a line for each child. */
interface Printed {
  readonly name: string
  readonly args: readonly Value[]
  readonly kwargs: Readonly<Record<string, Value>>
  readonly children: readonly (readonly [name: string, child: Printed])[]
}

/** Builds a model from what PyTorch prints for it. */
export function buildModel(text: string): Module {
  return build(parse(text.split('\n'))).module
}

function parse(lines: readonly string[]): Printed {
  const [, name, inside] = /^([\w.]+)\((.*)$/.exec(lines[0]!.trim()) ?? []
  if (name === undefined) throw new Unsupported(`the model '${lines[0]}'`)
  if (lines.length === 1) return { name, ...parseArguments(inside!.replace(/\)$/, '')), children: [] }
  const children: [string, string[]][] = []
  for (const line of lines.slice(1, -1)) {
    const [, child, first] = /^ {2}\(([^)]*)\): (.*)$/.exec(line) ?? []
    if (child !== undefined) children.push([child, [first!]])
    else children.at(-1)?.[1].push(line.slice(2))
  }
  return { name, args: [], kwargs: {}, children: children.map(([key, own]) => [key, parse(own)]) }
}

/** `1, 4, kernel_size=(3, 3), bias=True` in its parts. */
function parseArguments(text: string): Pick<Printed, 'args' | 'kwargs'> {
  const args: Value[] = []
  const kwargs: Record<string, Value> = {}
  for (const part of text.match(/(?:\([^)]*\)|[^,(])+/g) ?? []) {
    const [, name, value] = /^(?:(\w+)=)?(.*)$/.exec(part.trim())!
    if (name === undefined) args.push(parseValue(value!))
    else kwargs[name] = parseValue(value!)
  }
  return { args, kwargs }
}

function parseValue(text: string): Value {
  if (text.startsWith('('))
    return text
      .slice(1, -1)
      .split(',')
      .filter((item) => item.trim() !== '')
      .map((item) => parseValue(item.trim()))
  if (text === 'True' || text === 'False') return text === 'True'
  if (text === 'None') return null
  if (/^'.*'$/.test(text)) return text.slice(1, -1)
  const number = Number(text)
  return Number.isNaN(number) ? text : number
}

function build(printed: Printed): Part {
  const { name, args, kwargs, children } = printed
  if (children.length > 0 || name === 'Sequential') {
    const chain = new Chain(children.map(([key, child]) => [key, build(child)]))
    return { module: chain, run: (x) => chain.forward(x) }
  }
  const adapter = find(MODULES, name)
  const module = adapter.build(name, args, kwargs)
  const run = (x: Tensor) => {
    const output = adapter.forward(module, name, [x], {})
    return isTensor(output) ? output : output[0]!
  }
  return { module, run }
}

interface Part {
  readonly module: Module
  readonly run: (x: Tensor) => Tensor
}

/** Modules one after the other, each under its name; of what gives several tensors, the first goes on. */
class Chain extends Module {
  readonly #parts: readonly Part[]

  constructor(parts: readonly (readonly [name: string, part: Part])[]) {
    super()
    this.#parts = parts.map(([, part]) => part)
    for (const [name, { module }] of parts)
      Object.defineProperty(this, name, { value: module, enumerable: true })
  }

  override forward(x: Tensor): Tensor {
    return this.#parts.reduce((y, part) => part.run(y), x)
  }
}
