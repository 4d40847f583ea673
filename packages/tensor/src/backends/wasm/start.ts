import { state } from '../../state.js'
import type { Backend } from '../backend.js'
import { reference } from '../reference/reference.js'
import { type Engine, Families } from './engine.js'
import { core } from './generated/families/core.js'
import type { Build } from './load.js'
import { WasmBackend } from './wasm.js'

/** Bytes that tensors may fill at first; grows by itself where a program works with more. */
const ROOM = 64 * 2 ** 20
/** What it may grow to. */
const MOST = 1024 * 2 ** 20

/** A backend on compiled kernels. */
export function backendOn(
  engine: (memory: WebAssembly.Memory) => Engine,
  build: Build,
  notes: readonly string[],
  room = ROOM,
  shared = false,
): WasmBackend {
  return new WasmBackend({ engine, shared, build, notes, room, most: Math.max(room, MOST) })
}

/**
 * Starts wasm at once, without loading anything, on the kernels that every engine has, of which each family is compiled when
 * it is first called; where WebAssembly is refused
 * (by a content security policy, say), the reference backend serves.
 */
export function startNow(): Backend {
  try {
    return backendOn((memory) => new Families(core, memory), 'simd', [])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    state.notes.push(
      `WebAssembly could not be started (${reason}); the reference backend, which is slow, serves instead.`,
    )
    return reference()
  }
}
