import { grad, type Tensor } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import type { Output } from './adapters.ts'
import type { ModuleCase, OpCase, RawTensor } from './cases.ts'
import type { Comparison } from './compare.ts'
import type { Context } from './context.ts'
import { LOSSES } from './losses.ts'
import { MODULES } from './modules/index.ts'
import { OPS } from './ops/index.ts'
import { Unsupported } from './unsupported.ts'
import { Inputs } from './values.ts'

/** What the replayer has under a name. */
export function find<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  if (found === undefined) throw new Unsupported(name)
  return found
}

/** Replays a function. */
export async function replayOp(c: OpCase, context: Context, comparison: Comparison): Promise<void> {
  const inputs = new Inputs(context.dtype, c.gradInputs, false)
  const args = inputs.list(c.args)
  const output = find(OPS, c.name)(c.name, args, inputs.named(c.kwargs))
  await compareCall(c, listOf(output), inputs, new Map(), context, comparison)
}

/** Replays a loss. */
export async function replayLoss(c: ModuleCase, context: Context, comparison: Comparison): Promise<void> {
  const options = new Inputs(context.dtype, [], false).named(c.kwargs)
  // The state of a loss is its weights, which the constructor was given.
  for (const name of Object.keys(c.state))
    if (!isTensor(options[name])) throw new Unsupported(`${c.name}(state ${name})`)
  if (c.stateAfter) throw new Unsupported(`${c.name}(stateAfter)`)
  const inputs = new Inputs(context.dtype, c.gradInputs, true)
  const args = inputs.list(c.inputs)
  const output = find(LOSSES, c.name)(c.name, options, args, inputs.named(c.inputKwargs))
  await compareCall(c, [output], inputs, new Map(), context, comparison)
  comparison.names('gradParams', [], Object.keys(c.gradParams))
}

/** Replays a layer. */
export async function replayModule(c: ModuleCase, context: Context, comparison: Comparison): Promise<void> {
  const adapter = find(MODULES, c.name)
  const module = adapter.build(c.name, [], new Inputs(context.dtype, [], false).named(c.kwargs))
  const parameters = context.load(module, c.state)
  module.train(c.training)
  const inputs = new Inputs(context.dtype, c.gradInputs, true)
  const args = inputs.list(c.inputs)
  const output = adapter.forward(module, c.name, args, inputs.named(c.inputKwargs))
  comparison.names('gradParams', parameters.keys(), Object.keys(c.gradParams))
  await compareCall(c, listOf(output), inputs, parameters, context, comparison)
  if (!c.stateAfter) return
  const after = module.stateDict()
  comparison.names('stateAfter', Object.keys(after), Object.keys(c.stateAfter))
  for (const [name, wanted] of Object.entries(c.stateAfter))
    await comparison.tensor(`stateAfter.${name}`, after[name], wanted, context.tolerances.outputs)
}

function listOf(output: Output): readonly Tensor[] {
  return isTensor(output) ? [output] : output
}

interface Wanted {
  readonly outputs: readonly RawTensor[]
  readonly cotangents: readonly (RawTensor | null)[]
  readonly gradInputs: readonly (RawTensor | null)[]
  readonly gradParams?: Readonly<Record<string, RawTensor | null>>
}

/** Compares outputs, then the gradients of Σ ⟨output, cotangent⟩. */
async function compareCall(
  wanted: Wanted,
  outputs: readonly Tensor[],
  inputs: Inputs,
  parameters: ReadonlyMap<string, Tensor>,
  context: Context,
  comparison: Comparison,
): Promise<void> {
  const { tolerances } = context
  if (outputs.length !== wanted.outputs.length)
    comparison.fault('outputs', `are ${outputs.length} instead of ${wanted.outputs.length}`)
  for (const [i, raw] of wanted.outputs.entries())
    await comparison.tensor(`outputs[${i}]`, outputs[i], raw, tolerances.outputs)
  if (inputs.leaves.length !== wanted.gradInputs.length)
    comparison.fault('gradInputs', `are ${wanted.gradInputs.length} for ${inputs.leaves.length} inputs`)

  const targets: { field: string; source: Tensor; raw: RawTensor }[] = []
  for (const [i, raw] of wanted.gradInputs.entries()) {
    const source = inputs.leaves[i]
    if (raw && source) targets.push({ field: `gradInputs[${i}]`, source, raw })
    else if (raw) comparison.fault(`gradInputs[${i}]`, 'is asked of an input that is no tensor')
  }
  for (const [name, raw] of Object.entries(wanted.gradParams ?? {})) {
    const source = parameters.get(name)
    if (raw && source) targets.push({ field: `gradParams.${name}`, source, raw })
  }
  if (targets.length === 0 || comparison.faults.length > 0) return
  const roots = outputs.flatMap((y, i) => {
    const cotangent = wanted.cotangents[i]
    return y.requiresGrad && cotangent ? [{ y, cotangent: context.tensor(cotangent) }] : []
  })
  if (roots.length === 0) {
    comparison.fault(targets[0]!.field, 'there is no gradient: no output is on the tape')
    return
  }
  const gradients = grad(
    roots.map(({ y }) => y),
    targets.map(({ source }) => source),
    { gradOutputs: roots.map(({ cotangent }) => cotangent) },
  )
  for (const [i, { field, raw }] of targets.entries())
    await comparison.tensor(field, gradients[i], raw, tolerances.gradients)
}
