import { type Generator, type GeneratorState, OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import { checkCount } from './options.js'

/** Where in the data a loader is: all that is needed to go on from there, and plain enough for JSON. */
export interface LoaderState {
  /** The epoch, from 0. */
  readonly epoch: number
  /** How many of its batches were handed out. */
  readonly batch: number
  /** The state of the loader's generator when the epoch began; null for a loader that does not shuffle. */
  readonly generator: GeneratorState | null
}

const REMEDY = 'give what the state of a loader was'

/** Which batch of which epoch comes next, and the random numbers for it. */
export class Position {
  /** All batches before this one were handed out. */
  current: LoaderState
  private begun = false

  /** @param generator - the loader's own, null where it does not shuffle */
  constructor(readonly generator: Generator | null) {
    this.current = { epoch: 0, batch: 0, generator: generator?.state ?? null }
  }

  /** Begins the next epoch, or goes on with the one that was restored. What is drawn for it is drawn after this. */
  begin(): LoaderState {
    if (this.begun)
      this.current = { epoch: this.current.epoch + 1, batch: 0, generator: this.generator?.state ?? null }
    this.begun = true
    return this.current
  }

  /** Goes back to a stored position; checks all of it before anything changes. */
  restore(op: string, saved: LoaderState, batches = Infinity): void {
    if (typeof saved !== 'object' || saved === null)
      throw new OptionError(`${op}: expected { epoch, batch, generator }, got ${describe(saved)}; ${REMEDY}`)
    const { epoch, batch, generator } = saved
    checkCount(op, 'epoch', epoch, 0, REMEDY)
    checkCount(op, 'batch', batch, 0, REMEDY)
    if (batch > batches)
      throw new OptionError(
        `${op}: batch is ${batch}, but an epoch of this loader has ${batches}; continue with the same data and batchSize`,
      )
    if ((generator === null) !== (this.generator === null))
      throw new OptionError(
        `${op}: the state is of a loader that ${generator === null ? 'does not shuffle, this one does' : 'shuffles, this one does not'}; make them alike`,
      )
    if (generator !== null) this.generator!.state = generator
    this.current = { epoch, batch, generator }
    this.begun = false
  }
}
