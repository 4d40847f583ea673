/**
 * Modules: the plain classes out of which networks are composed, their parameters and their state.
 *
 * @packageDocumentation
 */
export { type BufferOptions, BufferTensor, buffer } from './buffer.js'
export { type LoadOptions, type LoadReport, Module, type StateDict } from './module.js'
export { Sequential, type TensorModule } from './sequential.js'
