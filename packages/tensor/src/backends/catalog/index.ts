/**
 * All kernels, a file a family. An op names those it uses (`kernels.matmul`), and bundlers leave out the others; so nothing that a program
 * loads at first may take this module as an object, by computed names.
 */
export * from './activations.js'
export * from './along.js'
export * from './core.js'
export * from './ctc.js'
export * from './images.js'
export * from './norms.js'
export * from './recurrent.js'
export * from './training.js'
