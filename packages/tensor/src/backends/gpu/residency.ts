import { BackendError } from '../../errors.js'
import type { Cell, Storage } from '../../storage.js'
import type { MemoryInfo } from '../backend.js'
import { DeviceBuffer } from './buffer.js'
import { fromDevice, toDevice } from './convert.js'
import type { Device } from './device.js'

/** Bytes handed out before the event loop should turn. */
const BREATH = 32 * 2 ** 20
/** The garbage collector feels one byte for so many on the device. */
const WEIGHT = 8
/** Buffers up to this size weigh as much as what JavaScript holds of them. */
const LIGHT = 4096

/**
 * Which cells have a buffer on the device. What is never handed out is freed at once; the rest by finalizers, which run when the
 * event loop turns. The collector does not see the device, so handles carry ballast for it. Where values can be read at once (webgl2)
 * the longest unused are spilled when there is no more room; where not (webgpu), the loop is told to let the event loop turn.
 */
export class Residency {
  /** Cells with a buffer, from the longest unused to the last used, and when they were used last. */
  private readonly cells = new Map<Cell, number>()
  private readonly registry: FinalizationRegistry<Cell>
  private readonly ballast = new WeakMap<Storage, ArrayBuffer>()
  private stamp = 0
  private handedOut = 0
  private bytes = 0
  private pinned = { bytes: 0, count: 0 }
  private spilled = { bytes: 0, count: 0 }

  constructor(
    private readonly device: Device,
    private readonly room: number,
  ) {
    this.registry = new FinalizationRegistry((cell) => this.drop(cell))
  }

  /** Begins a call: what it uses from now on stays until the next begins. */
  begin(): void {
    this.stamp++
  }

  /** The buffer of a storage's values, brought to the device where they are not there. */
  load(storage: Storage): DeviceBuffer {
    const { cell } = storage
    if (cell.length === 0) return NOTHING
    if (!cell.resident) {
      const values = cell.home ?? new Float32Array(cell.length) // no kernel has written it yet
      this.makeRoom(cell.length * 4)
      this.settle(storage, this.device.upload(toDevice(values, cell.dtype)))
    } else this.touch(cell)
    return cell.resident as DeviceBuffer
  }

  /** Gives a storage the values that a launch has made; room for them was made before the launch. */
  place(storage: Storage, buffer: DeviceBuffer): void {
    this.drop(storage.cell)
    storage.cell.home = null
    this.settle(storage, buffer)
  }

  /** Frees a cell's buffer. */
  drop(cell: Cell): void {
    if (!cell.resident) return
    this.registry.unregister(cell)
    this.cells.delete(cell)
    this.count(cell, -1)
    this.device.free(cell.resident as DeviceBuffer)
    cell.resident = null
  }

  /** From now on the garbage collector decides about a storage. */
  watch(storage: Storage): void {
    if (storage.watched) return
    storage.watched = true
    if (storage.cell.resident) this.register(storage)
  }

  /** Keeps a cell on the device as long as anything else can make room. */
  pin(cell: Cell): void {
    if (cell.pinned) return
    if (cell.resident) this.count(cell, -1)
    cell.pinned = true
    if (cell.resident) this.count(cell, 1)
  }

  wantsBreath(): boolean {
    const due = this.handedOut > BREATH
    if (due) this.handedOut = 0
    return due
  }

  memory(): MemoryInfo {
    return {
      resident: { bytes: this.bytes, count: this.cells.size },
      pinned: { ...this.pinned },
      spilled: { ...this.spilled },
      limit: this.room,
    }
  }

  /**
   * Makes room for what is about to come, before anything is changed: spills the longest unused where that is possible, and says what to do
   * where it is not.
   */
  makeRoom(bytes: number): void {
    if (this.bytes + bytes <= this.room) return
    if (this.device.mode === 'webgpu')
      throw new BackendError(
        `gpu: ${this.bytes} bytes of tensors are on the device and ${bytes} more are needed, the limit is ${this.room}; dropped tensors are freed only when ` +
          'the event loop turns: await something in the loop (the loss: await loss.item()), compile the step, or raise gpu({ room })',
      )
    for (const pinned of [false, true])
      for (const [cell, stamp] of this.cells) {
        if (this.bytes + bytes <= this.room * 0.75) return
        if (stamp !== this.stamp && cell.pinned === pinned) this.spill(cell)
      }
  }

  private settle(storage: Storage, buffer: DeviceBuffer): void {
    const { cell } = storage
    cell.resident = buffer
    this.cells.set(cell, this.stamp)
    this.count(cell, 1)
    if (storage.watched) this.register(storage)
  }

  private register(storage: Storage): void {
    const { cell } = storage
    this.registry.register(storage, cell, cell)
    const bytes = cell.length * 4
    this.handedOut += bytes
    if (bytes > LIGHT && !cell.pinned && !this.ballast.has(storage))
      this.ballast.set(storage, new ArrayBuffer(bytes / WEIGHT))
  }

  private touch(cell: Cell): void {
    this.cells.delete(cell)
    this.cells.set(cell, this.stamp)
  }

  private count(cell: Cell, sign: 1 | -1): void {
    const bytes = sign * cell.length * 4
    this.bytes += bytes
    if (!cell.pinned) return
    this.pinned.bytes += bytes
    this.pinned.count += sign
  }

  private spill(cell: Cell): void {
    if (!cell.home) {
      const values = this.device.readSync(cell.resident as DeviceBuffer)
      if (cell.dtype !== 'float32' && values.some(Number.isNaN)) return // stays; who reads it learns why
      cell.home = fromDevice(values, cell.dtype)
      this.spilled.bytes += cell.bytes
      this.spilled.count++
    }
    this.drop(cell)
  }
}

/** What stands for a buffer without numbers; it is never launched with. */
const NOTHING = new DeviceBuffer(0)
