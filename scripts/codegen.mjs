// Writes what is generated from other sources: the WASM kernels. Quick when nothing changed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const kernels = fileURLToPath(new URL('../packages/tensor/scripts/kernels.mjs', import.meta.url))

/** As vitest's globalSetup, so that a plain `npx vitest` needs no step before it. */
export default function codegen() {
  if (!existsSync(kernels)) return
  const { status } = spawnSync(process.execPath, [kernels], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The WASM kernels could not be built; the messages are above.')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) codegen()
