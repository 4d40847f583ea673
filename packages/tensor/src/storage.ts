import type { Backend } from './backends/backend.js'
import type { DType, TypedArray } from './dtype.js'

/**
 * Where the values are: at home in a typed array, in a backend's own memory, or in both. The backend's memory knows
 * cells, never storages, so that a storage which nobody holds any more can be collected while its cell is resident.
 */
export interface Cell {
  readonly dtype: DType
  readonly length: number
  readonly bytes: number
  /** The values as a typed array; null while only the backend's memory has them. */
  home: TypedArray | null
  /** The backend's own record of its copy; null when there is none. */
  resident: object | null
  /** Kept resident as long as anything else can make room. */
  pinned: boolean
  /** When it was moved out of the backend's memory to make room, by the backend's own clock; −1 when it was not. */
  spilledAt: number
}

/**
 * The values behind one or more tensors (`reshape` shares them). A storage is a handle: when it is collected, its
 * backend learns of it and frees the resident copy.
 */
export class Storage {
  /** Raised whenever the values change in place. */
  version = 0
  /** Whether code outside the library may hold a tensor on it; what was never handed out can be freed at once. */
  handedOut = true
  /** How many pending or leaf gradients live here; a gradient that was never handed out is freed when the last goes. */
  holders = 0
  /** Set by `dispose()`. */
  disposed = false
  readonly backend: Backend
  readonly cell: Cell
  /** Whether the resident copy is freed when the storage is collected; for temporaries that is not worth it. */
  watched: boolean

  constructor(backend: Backend, cell: Cell, watched = true) {
    this.backend = backend
    this.cell = cell
    this.watched = watched
  }

  /** Gives it to code outside the library: from now on the garbage collector decides. */
  handOut(): void {
    this.handedOut = true
    this.backend.watch(this)
  }

  get dtype(): DType {
    return this.cell.dtype
  }

  get length(): number {
    return this.cell.length
  }
}

/** A cell for `length` values, at home in `home` or nowhere yet. */
export function makeCell(dtype: DType, length: number, bytes: number, home: TypedArray | null): Cell {
  return { dtype, length, bytes, home, resident: null, pinned: false, spilledAt: -1 }
}
