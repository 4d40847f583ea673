import { type Tensor, tensor } from '@core/tensor'
import { valuesNow } from '@core/tensor/extend'

/** A stored tensor on the backend where it is wanted; the same one where it lives there. */
export function broughtTo(op: string, key: string, value: Tensor, backend: Tensor['backend']): Tensor {
  if (value.backend === backend) return value
  const { shape, dtype } = value
  return tensor(valuesNow(op, value, `'${key}'`), { shape, dtype, backend })
}
