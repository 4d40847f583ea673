import {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  type InterpolateMode,
  im2col,
  interpolate,
  type PadMode,
  pad,
  pixelShuffle,
  pixelUnshuffle,
  type Sizes,
} from '@core/tensor'
import { type OpAdapter, op } from '../adapters.ts'
import type { Args } from '../args.ts'

/** A size, sizes, or a word like 'same'. */
function padding(a: Args): { padding?: Sizes | 'same' | 'valid' } {
  return a.options('padding')
}

function conv(f: typeof conv1d): OpAdapter {
  return op('input weight bias stride padding dilation groups', (a) =>
    f(a.tensor('input'), a.tensor('weight'), {
      bias: a.tensorOr('bias'),
      ...padding(a),
      ...a.options('stride', 'dilation', 'groups'),
    }),
  )
}

function transposed(f: typeof convTranspose1d): OpAdapter {
  return op('input weight bias stride padding output_padding groups dilation', (a) =>
    f(a.tensor('input'), a.tensor('weight'), {
      bias: a.tensorOr('bias'),
      ...a.options('stride', 'padding', 'output_padding', 'groups', 'dilation'),
    }),
  )
}

const resize = op('input size scale_factor mode align_corners recompute_scale_factor', (a) =>
  interpolate(a.tensor('input'), {
    mode: a.string('mode', 'nearest') as InterpolateMode,
    ...a.options('size', 'scale_factor', 'align_corners', 'recompute_scale_factor'),
  }),
)

const padded = op('input pad mode value', (a) =>
  pad(a.tensor('input'), a.numbers('pad'), {
    mode: a.string('mode', 'constant') as PadMode,
    value: a.number('value', 0),
  }),
)

/** Convolution, padding, resizing. */
export const CONVOLUTION: Readonly<Record<string, OpAdapter>> = {
  'nn.functional.conv1d': conv(conv1d),
  'nn.functional.conv2d': conv(conv2d),
  'nn.functional.conv3d': conv(conv3d),
  'nn.functional.conv_transpose1d': transposed(convTranspose1d),
  'nn.functional.conv_transpose2d': transposed(convTranspose2d),
  'nn.functional.interpolate.bilinear': resize,
  'nn.functional.interpolate.linear': resize,
  'nn.functional.interpolate.nearest': resize,
  'nn.functional.pad.circular': padded,
  'nn.functional.pad.constant': padded,
  'nn.functional.pad.reflect': padded,
  'nn.functional.pad.replicate': padded,
  'nn.functional.pixel_shuffle': op('input upscale_factor', (a) =>
    pixelShuffle(a.tensor('input'), a.number('upscale_factor')),
  ),
  'nn.functional.pixel_unshuffle': op('input downscale_factor', (a) =>
    pixelUnshuffle(a.tensor('input'), a.number('downscale_factor')),
  ),
  'nn.functional.unfold': op('input kernel_size dilation padding stride', (a) =>
    im2col(a.tensor('input'), a.sizes('kernel_size'), a.rest()),
  ),
}
