import {
  BackendError,
  DisposedError,
  DTypeError,
  FormatError,
  GradientError,
  OptionError,
  ShapeError,
  TensorError,
} from '@core/tensor'
import { DivergenceError } from '../guard.js'

/** An error on its way between threads. */
export interface SentError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** What else it has that can be sent: code, path, step … */
  readonly details: Readonly<Record<string, string | number | boolean | null>>
}

const KINDS = [
  ShapeError,
  DTypeError,
  DisposedError,
  BackendError,
  FormatError,
  OptionError,
  GradientError,
  TensorError,
] as const

const BUILT_IN = [RangeError, TypeError, SyntaxError, ReferenceError, EvalError, URIError] as const

/** An error as it can be sent; what is thrown need not be one. */
export function packError(error: unknown): SentError {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), stack: undefined, details: {} }
  const { name, message, stack } = error
  const simple = Object.entries(error).filter(
    ([key, value]) =>
      !['name', 'message', 'stack'].includes(key) &&
      (value === null || ['string', 'number', 'boolean'].includes(typeof value)),
  )
  return { name, message, stack, details: Object.fromEntries(simple) }
}

/** The error that was sent: of the same class where it is the library's or the language's, else an `Error` with its name, code and the like. */
export function unpackError({ name, message, stack, details }: SentError): Error {
  const error = make(name, message, details)
  for (const [key, value] of Object.entries({ ...details, ...(stack !== undefined && { stack }) }))
    Object.defineProperty(error, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: key !== 'stack',
    })
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true })
  return error
}

function make(name: string, message: string, { step, parameter }: SentError['details']): Error {
  if (name === 'DivergenceError')
    return new DivergenceError(message, step as number, parameter as string | null)
  const Kind = [...KINDS, ...BUILT_IN].find((kind) => new kind('').name === name)
  return new (Kind ?? Error)(message)
}
