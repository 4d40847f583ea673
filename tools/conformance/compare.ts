import type { Tensor } from '@core/tensor'
import { numberOf, type RawNumber, type RawTensor } from './cases.ts'

/** Allowed is |a − b| ≤ absolute + relative · |b|. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

/** What a case may be off by. */
export interface Tolerances {
  readonly outputs: Tolerance
  readonly gradients: Tolerance
  readonly trainings: Tolerance
}

const EXACT: Tolerance = { absolute: 1e-7, relative: 1e-6 }

/** The tolerance of a backend's dtype. */
export function tolerancesOf(dtype: 'float32' | 'float64'): Tolerances {
  if (dtype === 'float64') return { outputs: EXACT, gradients: EXACT, trainings: EXACT }
  return {
    outputs: { absolute: 1e-5, relative: 1e-4 },
    gradients: { absolute: 1e-4, relative: 1e-3 },
    trainings: { absolute: 1e-4, relative: 2e-3 },
  }
}

/** What is wrong with one field of a case. */
export interface Fault {
  readonly field: string
  readonly message: string
}

/** Collects what was compared, and what differed. */
export class Comparison {
  /** How many fields were compared. */
  compared = 0
  readonly faults: Fault[] = []

  /** Notes a fault that is no number. */
  fault(field: string, message: string): void {
    this.faults.push({ field, message })
  }

  /** Compares a tensor: kind of numbers, shape, and every value. */
  async tensor(
    field: string,
    got: Tensor | null | undefined,
    wanted: RawTensor,
    allowed: Tolerance,
  ): Promise<void> {
    this.compared++
    const mismatch = mismatchOf(got, wanted)
    if (mismatch !== null) this.fault(field, mismatch)
    else this.values(field, await got!.data(), wanted.data, allowed)
  }

  /** Compares a list of numbers. */
  numbers(field: string, got: readonly number[], wanted: readonly RawNumber[], allowed: Tolerance): void {
    this.compared++
    if (got.length !== wanted.length)
      this.fault(field, `has ${got.length} values instead of ${wanted.length}`)
    else this.values(field, got, wanted, allowed)
  }

  /** Compares lists of names: each must have what the other has. */
  names(field: string, got: Iterable<string>, wanted: Iterable<string>): void {
    const [ours, theirs] = [new Set(got), new Set(wanted)]
    for (const name of theirs) if (!ours.has(name)) this.fault(`${field}.${name}`, 'is missing')
    for (const name of ours) if (!theirs.has(name)) this.fault(`${field}.${name}`, 'is not expected')
  }

  private values(
    field: string,
    got: ArrayLike<number>,
    wanted: readonly (RawNumber | boolean)[],
    { absolute, relative }: Tolerance,
  ): void {
    let off = 0
    let worst = 0
    for (let i = 0; i < wanted.length; i++) {
      const a = got[i]!
      const b = numberOf(wanted[i]!)
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue
      const error = Math.abs(a - b)
      if (Number.isFinite(b) && error <= absolute + relative * Math.abs(b)) continue
      off++
      if (Number.isNaN(error) || error > worst) worst = error
    }
    if (off > 0)
      this.fault(field, `${off} of ${wanted.length} values differ, largest error ${worst.toPrecision(3)}`)
  }
}

/** Why the values of a tensor cannot be compared; null where they can. */
function mismatchOf(got: Tensor | null | undefined, wanted: RawTensor): string | null {
  if (!got) return 'is missing'
  const kind = got.dtype === 'float64' ? 'float32' : got.dtype
  if (kind !== wanted.dtype) return `is ${got.dtype} instead of ${wanted.dtype}`
  if (String(got.shape) !== String(wanted.shape))
    return `has shape [${got.shape}] instead of [${wanted.shape}]`
  return wanted.data.length === got.size ? null : `has ${got.size} values instead of ${wanted.data.length}`
}
