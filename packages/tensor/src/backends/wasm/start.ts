import { state } from '../../state.js'
import type { Backend } from '../backend.js'
import { reference } from '../reference/reference.js'
import { kernels as simd } from './generated/simd.js'
import { type Build, compileBuild } from './load.js'
import { WasmBackend } from './wasm.js'

/** Bytes that tensors may fill at first; grows by itself where a program works with more. */
const ROOM = 64 * 2 ** 20
/** What it may grow to. */
const MOST = 1024 * 2 ** 20

/** A backend on a compiled build. */
export function backendOn(
  module: WebAssembly.Module,
  build: Build,
  notes: readonly string[],
  room = ROOM,
  shared = false,
): WasmBackend {
  return new WasmBackend({ module, shared, build, notes, room, most: Math.max(room, MOST) })
}

/**
 * Starts wasm at once, without loading anything, on the kernels that every engine has; where WebAssembly is refused
 * (by a content security policy, say), the reference backend serves.
 */
export function startNow(): Backend {
  try {
    return backendOn(compileBuild(simd), 'simd', [])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    state.notes.push(
      `WebAssembly could not be started (${reason}); the reference backend, which is slow, serves instead.`,
    )
    return reference()
  }
}
