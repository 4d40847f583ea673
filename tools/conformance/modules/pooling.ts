import type { Pooled, Tensor } from '@core/tensor'
import {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
} from '@nn/layers'
import type { Module } from '@nn/module'
import { layer, type ModuleAdapter } from '../adapters.ts'
import type { Args } from '../args.ts'
import { outputSize, pooled } from '../ops/pooling.ts'

interface Largest extends Module {
  forward(x: Tensor, options: { returnIndices: true }): Pooled
  forward(x: Tensor): Tensor
}

// PyTorch asks for indices when the layer is built, ours when it is called.
const withIndices = new WeakSet<Module>()

function largest(names: string, make: (a: Args) => Largest): ModuleAdapter {
  return layer(
    names,
    (a) => {
      const indices = a.boolean('return_indices')
      const built = make(a)
      if (indices) withIndices.add(built)
      return built
    },
    (m, a) =>
      pooled(
        withIndices.has(m)
          ? m.forward(a.tensor('input'), { returnIndices: true })
          : m.forward(a.tensor('input')),
      ),
  )
}

const WINDOWS = 'kernel_size stride padding'

/** Pooling. */
export const POOLING: Readonly<Record<string, ModuleAdapter>> = {
  AdaptiveAvgPool1d: layer('output_size', (a) => new AdaptiveAvgPool1d(a.sizes('output_size'))),
  AdaptiveAvgPool2d: layer('output_size', (a) => new AdaptiveAvgPool2d(outputSize(a))),
  AdaptiveMaxPool1d: largest(
    'output_size return_indices',
    (a) => new AdaptiveMaxPool1d(a.sizes('output_size')),
  ),
  AdaptiveMaxPool2d: largest('output_size return_indices', (a) => new AdaptiveMaxPool2d(outputSize(a))),
  AvgPool1d: layer(
    `${WINDOWS} ceil_mode count_include_pad`,
    (a) => new AvgPool1d(a.sizes('kernel_size'), a.rest()),
  ),
  AvgPool2d: layer(
    `${WINDOWS} ceil_mode count_include_pad divisor_override`,
    (a) => new AvgPool2d(a.sizes('kernel_size'), a.rest()),
  ),
  MaxPool1d: largest(
    `${WINDOWS} dilation return_indices ceil_mode`,
    (a) => new MaxPool1d(a.sizes('kernel_size'), a.rest()),
  ),
  MaxPool2d: largest(
    `${WINDOWS} dilation return_indices ceil_mode`,
    (a) => new MaxPool2d(a.sizes('kernel_size'), a.rest()),
  ),
}
