import { type Backend, manualSeed, reference, setBackend, type Tensor } from '@core/tensor'
import type { Module } from '@nn/module'
import { expect } from 'vitest'
import { deferred } from './backend.js'

/** What a piece of work comes to: tensors, to be awaited, and plain values. */
export type Found = Readonly<Record<string, unknown>>

async function valuesIn(found: unknown): Promise<unknown> {
  if (typeof found !== 'object' || found === null) return found
  if ('storage' in found) return Array.from(await (found as Tensor).data())
  if (Array.isArray(found)) return Promise.all(found.map(valuesIn))
  const entries = Object.entries(found).map(async ([key, value]) => [key, await valuesIn(value)])
  return Object.fromEntries(await Promise.all(entries)) as unknown
}

/** Does the same work on a backend that can be read at once and on one that cannot; it must come to the same, bit for bit. */
export async function alike(work: () => Found | Promise<Found>): Promise<void> {
  const run = async (backend: Backend) => {
    await setBackend(backend)
    manualSeed(7)
    const found = await work()
    expect(Object.keys(found)).not.toHaveLength(0)
    return valuesIn(found)
  }
  const expected = await run(reference())
  expect(await run(deferred())).toEqual(expected)
}

/** The gradients and the state of a module. */
export function inside(model: Module): Found {
  const gradients = [...model.namedParameters()].map(([name, { grad }]) => [`gradient of ${name}`, grad])
  return { ...model.stateDict(), ...Object.fromEntries(gradients) }
}
