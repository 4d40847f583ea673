/**
 * Loss functions.
 *
 * @packageDocumentation
 */

export {}
