import { type DType, noGrad, type Parameter, type Shape, type Tensor, zeros } from '@core/tensor'
import { checkOptions, isTensor, show } from '@core/tensor/extend'
import type { Module } from '@nn/module'

/** Options of {@link summary}. */
export interface SummaryOptions {
  /** The dtype of the input: `int32` for models that begin with an embedding. Default: that of new tensors. */
  dtype?: DType
}

interface Row {
  readonly layer: string
  output: string
  readonly parameters: string
}

/** The shapes of all tensors in a module's output. */
function shapesIn(value: unknown): string[] {
  if (isTensor(value)) return [show(value.shape)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(shapesIn)
}

/** Those parameters that belong to a module itself, not to a module below it. */
function ownCount(module: Module): number {
  const below = new Set<Parameter>()
  for (const [name, part] of module.namedModules())
    if (name !== '') for (const p of part.parameters()) below.add(p)
  let count = 0
  for (const p of module.parameters()) if (!below.has(p)) count += p.size
  return count
}

const grouped = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ' ')

/**
 * A table of a model's layers, the shapes of what they give, and their parameters, found by running it once on zeros (at
 * evaluation, without gradients).
 *
 * @param model - the model
 * @param inputShape - the shape of its input, batch included; a list of shapes where it takes several
 * @param options - `dtype` of the input
 * @returns the table, to be printed
 * @example
 * ```ts
 * import { MLP, summary } from '@nn/layers'
 * const table = summary(new MLP([784, 128, 10]), [1, 784]).split('\n')
 * table[0] // => 'layer         output    parameters'
 * table[2] // => '  0 (Linear)  [1, 128]     100 480'
 * table[5] // => '101 770 parameters, 101 770 of them trained'
 * ```
 */
export function summary(
  model: Module,
  inputShape: Shape | readonly Shape[],
  options: SummaryOptions = {},
): string {
  const { dtype } = checkOptions('summary', options, ['dtype'])
  const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly Shape[]
  const [first] = model.parameters()
  const create = { ...(dtype ? { dtype } : {}), ...(first ? { backend: first.backend } : {}) }
  const rows = new Map<Module, Row>()
  const undo: (() => void)[] = []
  for (const [name, module] of model.namedModules()) {
    const depth = name === '' ? 0 : name.split('.').length
    const label =
      name === '' ? module.constructor.name : `${name.split('.').at(-1)} (${module.constructor.name})`
    const count = ownCount(module)
    const row = { layer: '  '.repeat(depth) + label, output: '', parameters: count > 0 ? grouped(count) : '' }
    rows.set(module, row)
    undo.push(
      module.registerForwardHook((_, __, output) => {
        row.output = shapesIn(output).join(', ')
      }),
    )
    const { training } = module
    undo.push(() => {
      module.training = training
    })
  }
  try {
    model.eval()
    const run = model.forward.bind(model) as unknown as (...inputs: Tensor[]) => unknown
    noGrad(() => run(...shapes.map((shape) => zeros(shape, create))))
  } finally {
    for (const restore of undo) restore()
  }
  return print([...rows.values()], model)
}

function print(rows: readonly Row[], model: Module): string {
  const all: Row[] = [{ layer: 'layer', output: 'output', parameters: 'parameters' }, ...rows]
  const width = (key: keyof Row) => Math.max(...all.map((row) => row[key].length))
  const [layer, output, parameters] = [width('layer'), width('output'), width('parameters')]
  const lines = all.map((row) =>
    `${row.layer.padEnd(layer)}  ${row.output.padEnd(output)}  ${row.parameters.padStart(parameters)}`.trimEnd(),
  )
  let total = 0
  let trained = 0
  for (const p of model.parameters()) {
    total += p.size
    if (p.requiresGrad) trained += p.size
  }
  return [...lines, `${grouped(total)} parameters, ${grouped(trained)} of them trained`].join('\n')
}
