/**
 * Modules, hooks, state dicts and initialisers.
 *
 * @packageDocumentation
 */

export {}
