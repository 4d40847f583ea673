import {
  BatchNorm1d,
  BatchNorm2d,
  type ChannelNormOptions,
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  LayerNorm,
  RMSNorm,
} from '@nn/layers'
import { layer, type ModuleAdapter } from '../adapters.ts'
import type { Args } from '../args.ts'

type ChannelNorm = BatchNorm1d | BatchNorm2d | InstanceNorm1d | InstanceNorm2d

function channels(make: new (features: number, options: ChannelNormOptions) => ChannelNorm): ModuleAdapter {
  return layer('num_features eps momentum', (a: Args) => {
    const cumulative = a.isNull('momentum') ? { momentum: null } : {}
    return new make(a.number('num_features'), { ...cumulative, ...a.rest<ChannelNormOptions>() })
  })
}

/** Normalisations. */
export const NORMS: Readonly<Record<string, ModuleAdapter>> = {
  BatchNorm1d: channels(BatchNorm1d),
  BatchNorm2d: channels(BatchNorm2d),
  GroupNorm: layer(
    'num_groups num_channels',
    (a) => new GroupNorm(a.number('num_groups'), a.number('num_channels'), a.rest()),
  ),
  InstanceNorm1d: channels(InstanceNorm1d),
  InstanceNorm2d: channels(InstanceNorm2d),
  LayerNorm: layer('normalized_shape', (a) => new LayerNorm(a.sizes('normalized_shape'), a.rest())),
  RMSNorm: layer('normalized_shape', (a) => new RMSNorm(a.sizes('normalized_shape'), a.rest())),
}
