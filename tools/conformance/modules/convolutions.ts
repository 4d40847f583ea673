import { Conv1d, Conv2d, Conv3d, type Convolution, ConvTranspose1d, ConvTranspose2d } from '@nn/layers'
import { layer, type ModuleAdapter } from '../adapters.ts'

type Make<L extends Convolution> = new (
  inChannels: number,
  outChannels: number,
  kernelSize: number | number[],
  options: object,
) => L

function conv<L extends Convolution>(Make: Make<L>, more: string): ModuleAdapter {
  return layer(
    `in_channels out_channels kernel_size stride padding ${more}`,
    (a) => new Make(a.number('in_channels'), a.number('out_channels'), a.sizes('kernel_size'), a.rest()),
  )
}

const PLAIN = 'dilation groups bias padding_mode'
const TRANSPOSED = 'output_padding groups bias dilation'

/** Convolutions. */
export const CONVOLUTIONS: Readonly<Record<string, ModuleAdapter>> = {
  Conv1d: conv(Conv1d, PLAIN),
  Conv2d: conv(Conv2d, PLAIN),
  Conv3d: conv(Conv3d, PLAIN),
  ConvTranspose1d: conv(ConvTranspose1d, TRANSPOSED),
  ConvTranspose2d: conv(ConvTranspose2d, TRANSPOSED),
}
