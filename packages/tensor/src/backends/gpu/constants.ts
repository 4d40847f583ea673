import type { Launch, Numbers } from './lowering.js'
import { kernel } from './source.js'

const CONSTANT = kernel(['value'], 'return value;')
/** For −0, which is no scalar argument. */
const NEGATED = kernel(['value'], 'return -value;')

/** A buffer of one number. */
export function filled(launch: Launch, length: number, value: number): Numbers {
  return Object.is(value, -0) ? launch(NEGATED, length, [0]) : launch(CONSTANT, length, [value])
}
