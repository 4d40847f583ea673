import { type Parameter, Parameter as ParameterClass, type Tensor } from '@core/tensor'
import { Linear, Tanh } from '@nn/layers'
import { mse } from '@nn/losses'
import { Sequential } from '@nn/module'
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  clipGradNorm,
  clipGradValue,
  NAdam,
  type Optimizer,
  type ParameterInput,
  RAdam,
  RMSprop,
  SGD,
  type SGDOptions,
} from '@nn/optim'
import { Args } from './args.ts'
import { find } from './call.ts'
import type { ClipCase, OptimCase, RawKwargs } from './cases.ts'
import type { Comparison } from './compare.ts'
import type { Context } from './context.ts'
import { Unsupported } from './unsupported.ts'
import { Inputs, type Value } from './values.ts'

type Params = ParameterInput & Iterable<{ params: ParameterInput }>
type AnyOptimizer = Pick<Optimizer<{ lr: number }>, 'groups' | 'step' | 'zeroGrad'>
type Build = (params: Params, options: Args) => AnyOptimizer

/** PyTorch's optimizers; all kwargs are passed as options of the same name in camelCase, unknown ones are refused. */
export const OPTIMIZERS: Readonly<Record<string, Build>> = {
  Adadelta: (params, options) => new Adadelta(params, options.rest()),
  Adagrad: (params, options) => new Adagrad(params, options.rest()),
  Adam: (params, options) => new Adam(params, options.rest()),
  AdamW: (params, options) => new AdamW(params, options.rest()),
  Adamax: (params, options) => new Adamax(params, options.rest()),
  NAdam: (params, options) => new NAdam(params, options.rest()),
  RAdam: (params, options) => new RAdam(params, options.rest()),
  RMSprop: (params, options) => new RMSprop(params, options.rest()),
  SGD: (params, options) => new SGD(params, { lr: 1e-3, ...options.rest<Partial<SGDOptions>>() }),
}

/** Options of PyTorch's optimizers that say how to compute, and not what. */
const HOW = ['foreach', 'fused', 'capturable', 'differentiable']

/** Ways to clip gradients; they give the norm before, or null where there is none. */
export const CLIPS: Readonly<Record<string, (parameters: Parameter[], options: Args) => Tensor | null>> = {
  clip_grad_norm: (parameters, options) => {
    options.value('foreach')
    const normType = options.value('norm_type') === 'inf' ? Infinity : options.number('norm_type', 2)
    const errorIfNonfinite = options.boolean('error_if_nonfinite')
    return clipGradNorm(parameters, options.number('max_norm'), { normType, errorIfNonfinite })
  },
  clip_grad_value: (parameters, options) => {
    options.value('foreach')
    clipGradValue(parameters, options.number('clip_value'))
    return null
  },
}

/** Builds an optimizer from PyTorch's kwargs; `groups` in them lists parameters by name. */
export function buildOptimizer(
  name: string,
  parameters: ReadonlyMap<string, Parameter>,
  kwargs: RawKwargs,
): AnyOptimizer {
  const { groups, ...rest } = new Inputs('float64', [], false).named(kwargs)
  const build = find(OPTIMIZERS, name)
  const options = new Args(name, '', [], rest)
  for (const how of HOW) options.value(how)
  const input = groups === undefined ? [...parameters] : groupsOf(name, parameters, groups)
  const optimizer = build(input as unknown as Params, options)
  options.finish()
  return optimizer
}

function groupsOf(name: string, parameters: ReadonlyMap<string, Parameter>, groups: Value): object[] {
  return (groups as readonly Record<string, Value>[]).map((group) => {
    const own = new Args(`${name}.groups`, '', [], group)
    const params = (own.value('params') as string[]).map((key) => [key, parameters.get(key)])
    return { params, ...own.rest() }
  })
}

/** Replays twenty steps of an optimizer. */
export async function replayOptim(c: OptimCase, context: Context, comparison: Comparison): Promise<void> {
  const [name, variant] = c.name.split('.')
  if (variant !== undefined && variant !== 'groups') throw new Unsupported(c.name)
  const size = (key: string, axis: number) => c.init[key]!.shape[axis]!
  const model = new Sequential(
    new Linear(size('0.weight', 1), size('0.weight', 0)),
    new Tanh(),
    new Linear(size('2.weight', 1), size('2.weight', 0)),
  )
  const parameters = context.load(model, c.init)
  const optimizer = buildOptimizer(name!, parameters, c.kwargs)
  const [x, y] = [context.tensor(c.x), context.tensor(c.y)]
  const losses: number[] = []
  for (let step = 1; step <= c.losses.length; step++) {
    optimizer.zeroGrad()
    const loss = mse(model.forward(x), y)
    losses.push(await loss.item())
    loss.backward()
    optimizer.step()
    for (const [key, wanted] of Object.entries(c.paramsAfter[step] ?? {}))
      await comparison.tensor(
        `paramsAfter.${step}.${key}`,
        parameters.get(key),
        wanted,
        context.tolerances.trainings,
      )
  }
  for (const step of Object.keys(c.paramsAfter))
    if (Number(step) > c.losses.length) comparison.fault(`paramsAfter.${step}`, 'is after the last step')
  comparison.numbers('losses', losses, c.losses, context.tolerances.trainings)
}

/** Replays the clipping of gradients. */
export async function replayClip(c: ClipCase, context: Context, comparison: Comparison): Promise<void> {
  const clip = find(CLIPS, c.name)
  const parameters = c.grads.map((raw) => {
    const parameter = new ParameterClass(context.tensor(raw))
    parameter.grad = context.tensor(raw)
    return parameter
  })
  const options = new Args(c.name, '', [], new Inputs(context.dtype, [], false).named(c.kwargs))
  const total = (await clip(parameters, options)?.item()) ?? null
  options.finish()
  if (parameters.length !== c.gradsAfter.length)
    comparison.fault('gradsAfter', `are ${c.gradsAfter.length} for ${parameters.length} gradients`)
  for (const [i, wanted] of c.gradsAfter.entries())
    await comparison.tensor(`gradsAfter[${i}]`, parameters[i]?.grad, wanted, context.tolerances.gradients)
  if ((total === null) !== (c.total === null)) comparison.fault('total', `is ${total} instead of ${c.total}`)
  else if (total !== null) comparison.numbers('total', [total], [c.total!], context.tolerances.outputs)
}
