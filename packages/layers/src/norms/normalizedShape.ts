import { OptionError, type Shape } from '@core/tensor'
import { checkInteger } from '@core/tensor/extend'

/** The sizes of a layer's last dimensions, checked. */
export function shapeOf(op: string, normalizedShape: number | Shape): Shape {
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape]
  if (shape.length === 0) throw new OptionError(`${op}: normalizedShape must have a dimension at least`)
  for (const size of shape) checkInteger(op, 'normalizedShape', size, 1)
  return shape
}
