// A thread of the team: bundled to a string, so that no bundler needs to be taught where workers are.
import { link } from '../link.js'
import { CONTROL_BYTES, serve } from './control.js'

/** What a worker is started with. */
export interface Start {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Byte offset of the control block. */
  readonly control: number
  /** Byte offset of this thread's own scratch. */
  readonly scratch: number
}

interface Port {
  postMessage(message: unknown): void
}

function start(port: Port, { module, memory, control, scratch }: Start): void {
  const kernels = link(module, memory)
  kernels.setWork(scratch)
  let words = new Int32Array(memory.buffer)
  port.postMessage('ready')
  serve({
    control: new Int32Array(memory.buffer, control, CONTROL_BYTES >> 2),
    memory: () => {
      if (words.buffer !== memory.buffer) words = new Int32Array(memory.buffer) // it has grown
      return words
    },
    run: kernels.run,
    maySleep: true,
  })
}

interface NodeThreads {
  readonly parentPort: (Port & { once(event: 'message', listener: (start: Start) => void): void }) | null
}
const scope = globalThis as unknown as {
  process?: { getBuiltinModule?(name: string): NodeThreads | undefined }
  onmessage: ((event: { data: Start }) => void) | null
} & Port
const parent = scope.process?.getBuiltinModule?.('node:worker_threads')?.parentPort
if (parent) parent.once('message', (message) => start(parent, message))
else
  scope.onmessage = ({ data }) => {
    start(scope, data)
  }
