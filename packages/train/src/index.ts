/**
 * The training loop, metrics, progress.
 *
 * @packageDocumentation
 */

export {}
