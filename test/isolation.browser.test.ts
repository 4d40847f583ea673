import { expect, test } from 'vitest'

test('browser tests run in a page that may share memory between threads', () => {
  expect(globalThis.crossOriginIsolated).toBe(true)
  expect(new SharedArrayBuffer(8).byteLength).toBe(8)
})
