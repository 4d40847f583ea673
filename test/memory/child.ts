// Runs one loop in a process of its own and prints what was measured: node child.mjs "loop" backend
import { manualSeed, memory, reference, setBackend, wasm } from '@core/tensor'
import { loops, type Outcome } from './loops.js'
import { Meter, settle } from './meter.js'

/** What is printed, as JSON. */
export interface Report extends Outcome {
  /** Resident bytes after a tenth of the steps and after the last; when all was let go of, what was still there. */
  readonly bytes: { readonly early: number; readonly late: number; readonly after: number }
  /** The bound on them, after a tenth and after the last step. */
  readonly limit: { readonly early: number; readonly late: number }
  /** Bytes moved out to typed arrays. */
  readonly spilled: number
  /** The largest resident set of the first half and of all, in bytes. */
  readonly peaks: readonly number[]
}

const [, , name, backend] = process.argv as [string, string, string, 'reference' | 'wasm']
const loop = loops[name]!
const steps = loop.steps[backend]
await setBackend(backend === 'wasm' ? wasm({ build: 'simd' }) : reference())
manualSeed(7)
const meter = new Meter(steps)
const outcome = await loop.run(meter, steps)
await settle()
const [early, late] = meter.at
const report: Report = {
  values: outcome.values.slice(0, 3000),
  ...(outcome.expected ? { expected: outcome.expected } : {}),
  bytes: {
    early: early!.resident.bytes,
    late: late!.resident.bytes,
    after: memory().resident.bytes,
  },
  limit: { early: early!.limit, late: late!.limit },
  spilled: late!.spilled.bytes,
  peaks: meter.peaks,
}
console.log(JSON.stringify(report))
