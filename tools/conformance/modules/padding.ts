import {
  ConstantPad1d,
  ConstantPad2d,
  Flatten,
  PixelShuffle,
  PixelUnshuffle,
  ReflectionPad1d,
  ReflectionPad2d,
  ReplicationPad1d,
  ReplicationPad2d,
  Unflatten,
  Upsample,
  ZeroPad1d,
  ZeroPad2d,
} from '@nn/layers'
import type { Module } from '@nn/module'
import { layer, type ModuleAdapter } from '../adapters.ts'

function pad(Make: new (padding: number | number[]) => Module): ModuleAdapter {
  return layer('padding', (a) => new Make(a.sizes('padding')))
}

function constant(Make: new (padding: number | number[], value: number) => Module): ModuleAdapter {
  return layer('padding value', (a) => new Make(a.sizes('padding'), a.number('value')))
}

/** Padding, and layers that move pixels. */
export const PADDING: Readonly<Record<string, ModuleAdapter>> = {
  ConstantPad1d: constant(ConstantPad1d),
  ConstantPad2d: constant(ConstantPad2d),
  Flatten: layer('start_dim end_dim', (a) => new Flatten(a.number('start_dim', 1), a.number('end_dim', -1))),
  PixelShuffle: layer('upscale_factor', (a) => new PixelShuffle(a.number('upscale_factor'))),
  PixelUnshuffle: layer('downscale_factor', (a) => new PixelUnshuffle(a.number('downscale_factor'))),
  ReflectionPad1d: pad(ReflectionPad1d),
  ReflectionPad2d: pad(ReflectionPad2d),
  ReplicationPad1d: pad(ReplicationPad1d),
  ReplicationPad2d: pad(ReplicationPad2d),
  Unflatten: layer(
    'dim unflattened_size',
    (a) => new Unflatten(a.number('dim'), a.numbers('unflattened_size')),
  ),
  Upsample: layer(
    'size scale_factor mode align_corners recompute_scale_factor',
    (a) => new Upsample(a.rest()),
  ),
  ZeroPad1d: pad(ZeroPad1d),
  ZeroPad2d: pad(ZeroPad2d),
}
