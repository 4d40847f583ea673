import { DivergenceError } from '@nn/train'
import { Failure } from '../cli/errors.js'

/** What a training gives; that it diverged is told in plain words. */
export async function orFailure<T>(training: Promise<T>, consequence = ''): Promise<T> {
  try {
    return await training
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error
    throw new Failure(`The training diverged: ${error.message.replace(/^fit: /, '')}. ${consequence}`.trim())
  }
}
