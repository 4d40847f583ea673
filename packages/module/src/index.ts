/**
 * Modules: the plain classes out of which networks are composed, their parameters and their state.
 *
 * @packageDocumentation
 */
export { type BufferOptions, BufferTensor, buffer } from './buffer.js'
export { ModuleDict, ModuleList } from './containers.js'
export type { BackwardHook, ForwardHook, ForwardPreHook } from './hooks.js'
export * as init from './init/index.js'
export type { Initialiser } from './init/initialiser.js'
export { type LoadOptions, type LoadReport, Module, type StateDict } from './module.js'
export { Sequential, type TensorModule } from './sequential.js'
