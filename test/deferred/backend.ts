import { type Backend, BackendError, reference } from '@core/tensor'

type Storage = ReturnType<Backend['adopt']>
type MakeStorage = new (backend: Backend, cell: Storage['cell'], watched?: boolean) => Storage

/**
 * The reference backend, as a GPU behind WebGPU would be: what a kernel has written can only be waited for. What was made of
 * the host's own arrays can still be read at once, until a kernel writes over it.
 */
class DeferredBackend implements Backend {
  readonly name = 'deferred'
  private readonly inner = reference()
  private readonly away = new WeakSet<object>()

  supports(dtype: Parameters<Backend['supports']>[0]): boolean {
    return dtype !== 'float64'
  }

  adopt(...args: Parameters<Backend['adopt']>): Storage {
    return this.own(this.inner.adopt(...args), true)
  }

  allocate(dtype: Parameters<Backend['allocate']>[0], length: number, temporary = false): Storage {
    return this.own(this.inner.allocate(dtype, length), !temporary)
  }

  private own(made: Storage, watched: boolean): Storage {
    return new (made.constructor as MakeStorage)(this, made.cell, watched)
  }

  run: Backend['run'] = (kernel, inputs, outputs, attrs) => {
    for (const s of [...inputs, ...outputs])
      if (s.backend !== this) throw new Error(`${kernel}: a storage of the ${s.backend.name} backend`)
    this.inner.run(kernel, inputs, outputs, attrs)
    for (const { cell } of outputs) if (cell.length > 0) this.away.add(cell)
  }

  async read(storage: Storage) {
    const values = this.inner.readSync(storage) // those of this moment
    await new Promise((done) => setImmediate(done))
    return values
  }

  readSync(storage: Storage) {
    if (this.away.has(storage.cell))
      throw new BackendError(
        'deferred: cannot be read at once; use await tensor.data() or await tensor.item()',
      )
    return this.inner.readSync(storage)
  }

  peek(storage: Storage) {
    return this.away.has(storage.cell) ? null : this.inner.peek(storage)
  }

  write(storage: Storage, values: Parameters<Backend['write']>[1]): void {
    this.inner.write(storage, values)
    this.away.delete(storage.cell)
  }

  watch(): void {}

  release(storage: Storage): void {
    this.inner.release(storage)
  }

  pin(storage: Storage): void {
    this.inner.pin(storage)
  }

  wantsBreath(): boolean {
    return this.inner.wantsBreath()
  }

  memory() {
    return this.inner.memory()
  }

  info() {
    return { ...this.inner.info(), name: this.name }
  }

  coverage() {
    return this.inner.coverage()
  }
}

/** A backend for tests in Node, that cannot be read at once. */
export function deferred(): Backend {
  return new DeferredBackend()
}
