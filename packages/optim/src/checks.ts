import { OptionError } from '@core/tensor'
import { checkNumber, describe } from '@core/tensor/extend'

/** The share of a running average that stays at each step, for the gradient and for its square. */
export type Betas = readonly [gradient: number, square: number]

/** Checks hyperparameters that must be finite and at least 0. */
export function checkAmounts<Name extends string>(
  op: string,
  group: { readonly [K in Name]: number },
  names: readonly Name[],
): void {
  for (const name of names) checkNumber(op, name, group[name], 0, Infinity, 'max')
}

/** Checks a list of numbers. */
export function checkList(op: string, name: string, value: unknown, length: number): readonly number[] {
  if (!Array.isArray(value) || value.length !== length)
    throw new OptionError(
      `${op}: ${name} must be a list of ${length} numbers, got ${Array.isArray(value) ? `${value.length}` : describe(value)}`,
    )
  for (const [i, x] of value.entries())
    checkNumber(op, `${name}[${i}]`, x as number, -Infinity, Infinity, 'both')
  return value as number[]
}

/** Checks the two factors of running averages. */
export function checkBetas(op: string, betas: Betas): void {
  const list = checkList(op, 'betas', betas, 2)
  for (const [i, beta] of list.entries()) checkNumber(op, `betas[${i}]`, beta, 0, 1, 'max')
}
