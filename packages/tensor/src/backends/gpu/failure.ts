import { BackendError, TensorError } from '../../errors.js'

/** An error of gpu.js or the device in our words. */
export function explain(error: unknown): Error {
  if (error instanceof TensorError) return error
  // What WebGPU reports is no Error, but has a message.
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { message?: unknown }
  const reason = typeof message === 'string' ? message : String(error)
  return /device was lost/i.test(reason) ? lost('the WebGPU device was lost') : lost(reason)
}

/** The error after which nothing on the device can be used any more. */
export function lost(reason: string): BackendError {
  return new BackendError(
    `gpu: ${reason}; all tensors on the device are lost: await setBackend(gpu()) again, make the model anew and load its last checkpoint`,
  )
}
