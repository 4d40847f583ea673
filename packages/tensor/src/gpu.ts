/**
 * The GPU backend of `@core/tensor`, by gpu.js.
 *
 * @packageDocumentation
 */
export { type GpuOptions, gpu } from './backends/gpu/gpu.js'
