// Saves one checkpoint after the other until it is killed: node saves.mjs PATH FIRST SIZE
import { full, reference, setBackend } from '@core/tensor'
import { saveCheckpoint } from '@nn/train/node'

const [, , path, first, size] = process.argv as [string, string, string, string, string]
const shape = [Number(size)]
await setBackend(reference())
for (let step = Number(first); ; step++) {
  const state = { weight: full(shape, step), momentum: full(shape, step) }
  if (step === Number(first)) process.stdout.write('saving')
  await saveCheckpoint(path, { box: { stateDict: () => state, loadStateDict: () => {} } }, { step })
}
