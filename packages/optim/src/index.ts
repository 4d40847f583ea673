/**
 * Optimizers, gradient clipping and schedules.
 *
 * @packageDocumentation
 */

export {}
