/// <reference types="vite/client" />
import { test } from 'vitest'

// Every example in the documentation runs as a test: see scripts/doctest.ts.
const files = import.meta.glob(
  [
    '../packages/*/src/**/*.ts',
    '../packages/*/README.md',
    '../README.md',
    '../CONTRIBUTING.md',
    '../docs/guides/*.md',
    '!**/generated/**',
  ],
  { query: '?doctest' },
)
test('examples are looked for in the sources of the packages', ({ expect }) => {
  expect(Object.keys(files)).toContain('../packages/tensor/src/index.ts')
})
for (const load of Object.values(files)) await load()
