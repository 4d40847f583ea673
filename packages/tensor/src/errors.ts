/**
 * Every error this library raises on purpose. Errors carry a stable `code`, so that code may test
 * `error.code === 'ERR_SHAPE'` even where two versions of the package are installed.
 */
export class TensorError extends Error {
  /** What kind of error it is; never changes. */
  readonly code: string = 'ERR_TENSOR'
  /** The path of the layer in which it arose (`encoder.linear1`), where a module was involved; else empty. */
  path = ''
  /** The name of the class. */
  override readonly name: string = 'TensorError'
  private readonly plain: string
  private kind = ''

  constructor(message: string) {
    super(message)
    this.plain = message
  }

  /** Puts the name of the enclosing layer in front of the path. Modules call it while the error passes through. */
  within(name: string, kind: string): this {
    if (this.path === '') this.kind = kind
    this.path = this.path === '' ? name : `${name}.${this.path}`
    this.message = `${this.plain}\n  in layer '${this.path}' (${this.kind})`
    return this
  }
}

/** Shapes, axes or indices that do not fit together. Code `ERR_SHAPE`. */
export class ShapeError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_SHAPE'
  /** The name of the class. */
  override readonly name = 'ShapeError'
}

/** Numbers of a kind that the op does not take. Code `ERR_DTYPE`. */
export class DTypeError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_DTYPE'
  /** The name of the class. */
  override readonly name = 'DTypeError'
}

/** Use of a tensor after its `dispose()`. Code `ERR_DISPOSED`. */
export class DisposedError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_DISPOSED'
  /** The name of the class. */
  override readonly name = 'DisposedError'
}

/** Something the backend cannot do, or tensors of different backends in one op. Code `ERR_BACKEND`. */
export class BackendError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_BACKEND'
  /** The name of the class. */
  override readonly name = 'BackendError'
}

/** A file or byte string that is not what it claims to be. Code `ERR_FORMAT`. */
export class FormatError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_FORMAT'
  /** The name of the class. */
  override readonly name = 'FormatError'
}

/** An option or argument outside of what is allowed. Code `ERR_OPTION`. */
export class OptionError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_OPTION'
  /** The name of the class. */
  override readonly name = 'OptionError'
}

/** A step that cannot be recorded by `compile`, because something in it would silently freeze. Code `ERR_COMPILE`. */
export class CompileError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_COMPILE'
  /** The name of the class. */
  override readonly name = 'CompileError'
}

/** A gradient that cannot be computed as asked: no graph, a freed graph, a value changed since. Code `ERR_GRADIENT`. */
export class GradientError extends TensorError {
  /** What kind of error it is; never changes. */
  override readonly code = 'ERR_GRADIENT'
  /** The name of the class. */
  override readonly name = 'GradientError'
}
