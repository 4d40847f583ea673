import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  maxPool1d,
  maxPool2d,
  type Pooled,
  type Tensor,
} from '@core/tensor'
import { type OpAdapter, type Output, op } from '../adapters.ts'
import type { Args } from '../args.ts'

/** The results of pooling in PyTorch's order. */
export function pooled(result: Tensor | Pooled): Output {
  return 'indices' in result ? [result.output, result.indices] : result
}

/** An output size in which null keeps a size. */
export function outputSize(a: Args): number | readonly (number | null)[] {
  return a.value('output_size') as number | readonly (number | null)[]
}

/** A stride that is left out, or empty, is the window's size. */
function stride(a: Args): { stride?: number | number[] } {
  if (!a.has('stride')) return {}
  const given = a.sizes('stride')
  return Array.isArray(given) && given.length === 0 ? {} : { stride: given }
}

function largest(f: typeof maxPool1d): OpAdapter {
  return op('input kernel_size stride padding dilation ceil_mode return_indices', (a) =>
    pooled(
      f(a.tensor('input'), a.sizes('kernel_size'), {
        ...stride(a),
        ...a.options('padding', 'dilation', 'ceil_mode', 'return_indices'),
      }),
    ),
  )
}

/** Pooling. */
export const POOLING: Readonly<Record<string, OpAdapter>> = {
  'nn.functional.adaptive_avg_pool1d': op('input output_size', (a) =>
    adaptiveAvgPool1d(a.tensor('input'), a.sizes('output_size')),
  ),
  'nn.functional.adaptive_avg_pool2d': op('input output_size', (a) =>
    adaptiveAvgPool2d(a.tensor('input'), outputSize(a)),
  ),
  'nn.functional.adaptive_max_pool1d': op('input output_size return_indices', (a) =>
    pooled(adaptiveMaxPool1d(a.tensor('input'), a.sizes('output_size'), a.options('return_indices'))),
  ),
  'nn.functional.adaptive_max_pool2d': op('input output_size return_indices', (a) =>
    pooled(adaptiveMaxPool2d(a.tensor('input'), outputSize(a), a.options('return_indices'))),
  ),
  'nn.functional.avg_pool1d': op('input kernel_size stride padding ceil_mode count_include_pad', (a) =>
    avgPool1d(a.tensor('input'), a.sizes('kernel_size'), { ...stride(a), ...a.rest() }),
  ),
  'nn.functional.avg_pool2d': op(
    'input kernel_size stride padding ceil_mode count_include_pad divisor_override',
    (a) => avgPool2d(a.tensor('input'), a.sizes('kernel_size'), { ...stride(a), ...a.rest() }),
  ),
  'nn.functional.max_pool1d': largest(maxPool1d),
  'nn.functional.max_pool2d': largest(maxPool2d),
}
