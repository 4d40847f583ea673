/**
 * Layers: plain modules to compose networks of.
 *
 * @packageDocumentation
 */
export { GELU, LogSoftmax, ReLU, Sigmoid, Softmax, Softplus, Tanh } from './activations.js'
export { Dropout, type DropoutLayerOptions } from './dropout.js'
export { Embedding, type EmbeddingOptions } from './embedding.js'
export { Linear, type LinearOptions } from './linear.js'
