import { replayLoss, replayModule, replayOp } from './call.ts'
import type { Case } from './cases.ts'
import { Comparison, type Fault } from './compare.ts'
import type { Context } from './context.ts'
import { replayLecture } from './lecture.ts'
import { replayClip, replayOptim } from './optim.ts'
import { replaySchedule } from './schedules.ts'
import { replayTraining } from './trainings.ts'
import { Unsupported } from './unsupported.ts'

/** How a case went. */
export type Outcome =
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly faults: readonly Fault[] }
  | { readonly status: 'unsupported'; readonly what: string }

/** Replays one case on the default backend. It passes only if something was compared, and nothing differed. */
export async function replay(c: Case, context: Context): Promise<Outcome> {
  const comparison = new Comparison()
  try {
    await dispatch(c, context, comparison)
  } catch (error) {
    if (error instanceof Unsupported) return { status: 'unsupported', what: error.what }
    const message = error instanceof Error ? error.message : String(error)
    // Our functions refuse options that they do not have; such a case asks for what is missing.
    const option = /there is no option '([^']*)'/.exec(message)
    if (option) return { status: 'unsupported', what: `${c.name}(${option[1]})` }
    const kernel = c.kind === 'op' ? /there is no kernel for '([^']*)'/.exec(message) : null
    if (kernel) return { status: 'unsupported', what: `${c.name} (kernel ${kernel[1]})` }
    comparison.fault('error', message.split('\n')[0]!)
  }
  if (comparison.faults.length > 0) return { status: 'failed', faults: comparison.faults }
  if (comparison.compared > 0) return { status: 'passed' }
  return { status: 'failed', faults: [{ field: 'case', message: 'there was nothing to compare' }] }
}

async function dispatch(c: Case, context: Context, comparison: Comparison): Promise<void> {
  switch (c.kind) {
    case 'op':
      return replayOp(c, context, comparison)
    case 'module':
      return replayModule(c, context, comparison)
    case 'loss':
      return replayLoss(c, context, comparison)
    case 'optim':
      return replayOptim(c, context, comparison)
    case 'clip':
      return replayClip(c, context, comparison)
    case 'sched':
      return replaySchedule(c, comparison)
    case 'lecture':
      return replayLecture(c, context, comparison)
    case 'e2e':
      return replayTraining(c, context, comparison)
    default:
      throw new Unsupported(`the kind of case ${JSON.stringify((c as { kind?: unknown }).kind)}`)
  }
}
