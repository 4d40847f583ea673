/**
 * Layers: linear, embedding, dropout, activations.
 *
 * @packageDocumentation
 */

export {}
