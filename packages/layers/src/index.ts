/**
 * Layers: plain modules to compose networks of.
 *
 * @packageDocumentation
 */
export { ReLU, Sigmoid, Tanh } from './activations/classic.js'
export { GELU } from './activations/gelu.js'
export { GLU } from './activations/glu.js'
export { Hardsigmoid, Hardswish, Hardtanh, ReLU6, Threshold } from './activations/hard.js'
export { PReLU, type PReLUOptions } from './activations/prelu.js'
export { CELU, ELU, LeakyReLU, SELU } from './activations/rectifiers.js'
export { Hardshrink, Softshrink } from './activations/shrink.js'
export { LogSigmoid, Mish, SiLU, Softplus, Softsign, Tanhshrink } from './activations/smooth.js'
export { LogSoftmax, Softmax, Softmin } from './activations/softmax.js'
export { MultiheadAttention } from './attention/multiheadAttention.js'
export type {
  AttentionForwardOptions,
  AttentionOutput,
  MultiheadAttentionOptions,
} from './attention/options.js'
export { Bilinear, type BilinearOptions } from './bilinear.js'
export { Conv1d, Conv2d, Conv3d } from './convolution/conv.js'
export { type ConvLayerOptions, Convolution, type PaddingMode } from './convolution/convolution.js'
export {
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeLayerOptions,
} from './convolution/convTranspose.js'
export { Dropout, Dropout1d, Dropout2d, type DropoutLayerOptions } from './dropout.js'
export { Embedding, type EmbeddingOptions } from './embedding.js'
export { Flatten, Unflatten } from './flatten.js'
export type { Init } from './initialise.js'
export { Linear, type LinearOptions } from './linear.js'
export { MLP, type MLPOptions } from './mlp.js'
export { BatchNorm1d, BatchNorm2d } from './norms/batchNorm.js'
export type { ChannelNormOptions } from './norms/channelNorm.js'
export { GroupNorm, type GroupNormOptions } from './norms/groupNorm.js'
export { InstanceNorm1d, InstanceNorm2d } from './norms/instanceNorm.js'
export { LayerNorm, type LayerNormOptions } from './norms/layerNorm.js'
export { RMSNorm, type RMSNormOptions } from './norms/rmsNorm.js'
export { ConstantPad1d, ConstantPad2d, ZeroPad1d, ZeroPad2d } from './padding/constantPad.js'
export { ReflectionPad1d, ReflectionPad2d, ReplicationPad1d, ReplicationPad2d } from './padding/mirrorPad.js'
export { PixelShuffle, PixelUnshuffle } from './pixelShuffle.js'
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
} from './pooling/adaptivePool.js'
export { AvgPool1d, AvgPool2d } from './pooling/avgPool.js'
export { MaxPool1d, MaxPool2d, type MaxPoolLayerOptions, type PoolForwardOptions } from './pooling/maxPool.js'
export { Residual, type ResidualOptions } from './residual.js'
export { type SummaryOptions, summary } from './summary.js'
export { Upsample } from './upsample.js'
