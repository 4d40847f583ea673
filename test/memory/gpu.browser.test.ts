// The loops on the GPU: what is alive there is counted by wrapping the calls that create and delete it.
// VITE_LONG=1 turns each 2,000 times; else as often as shows whether anything piles up.
import { manualSeed, memory, setBackend } from '@core/tensor'
import { gpu } from '@core/tensor/gpu'
import { describe, expect, test } from 'vitest'
import { loops, type Meter } from './loops.js'

const LONG = Boolean(import.meta.env.VITE_LONG)
/** Of loops whose steps are long, fewer. */
const FEW: Readonly<Record<string, number>> = { '4': 12, '5': 32, '10': 8 }
const stepsOf = (name: string) => (LONG ? 2000 : (FEW[name.split(' ')[0]!] ?? 48))
const MB = 2 ** 20

/** Objects on the device that were created and not deleted. */
let alive = 0

type Methods = Record<string, (...args: unknown[]) => unknown>

function count(
  prototype: object | undefined,
  method: string,
  change: 1 | -1,
  first = new WeakSet<object>(),
): void {
  const methods = prototype as Methods | undefined
  const original = methods?.[method]
  if (!methods || !original) return
  methods[method] = function (this: object, ...args: unknown[]) {
    const result = original.apply(this, args)
    const object = (change === 1 ? result : (args[0] ?? this)) as object
    if (change === 1) alive++
    else if (!first.has(object)) {
      first.add(object) // deleted twice counts once
      alive--
    }
    return result
  }
}

type Prototype = { prototype: object } | undefined
const { GPUDevice, GPUBuffer, WebGL2RenderingContext } = globalThis as unknown as Readonly<
  Record<'GPUDevice' | 'GPUBuffer' | 'WebGL2RenderingContext', Prototype>
>
count(GPUDevice?.prototype, 'createBuffer', 1)
count(GPUBuffer?.prototype, 'destroy', -1)
for (const name of ['Texture', 'Buffer', 'Framebuffer']) {
  count(WebGL2RenderingContext?.prototype, `create${name}`, 1)
  count(WebGL2RenderingContext?.prototype, `delete${name}`, -1)
}

const { gc } = globalThis as unknown as { gc: () => void }
const heap = () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize

async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    gc()
    await new Promise((done) => setTimeout(done, 5))
  }
}

/** What is there after a quarter of the steps, and after the last. */
class DeviceMeter implements Meter {
  readonly at: {
    readonly step: number
    readonly alive: number
    readonly heap: number
    readonly resident: number
  }[] = []

  /** What other loops have left is not this one's. */
  private readonly before = alive

  constructor(private readonly steps: number) {}

  look(step: number): void {
    if (step === this.steps / 4 || step === this.steps)
      this.at.push({ step, alive: alive - this.before, heap: heap(), resident: memory().resident.bytes })
  }

  async turn(step: number): Promise<void> {
    if (step === this.steps / 4 || step === this.steps) await settle()
    this.look(step)
  }
}

function expectClose(values: readonly number[], wanted: readonly number[], tolerance: number): void {
  for (const [i, want] of wanted.entries())
    if (i < values.length)
      expect(Math.abs(values[i]! - want), `value ${i}`).toBeLessThanOrEqual(tolerance * Math.abs(want))
}

const asynchronous = Object.keys(loops).filter((name) => !/synchronous/.test(name))

describe.each(['webgpu', 'webgl2'] as const)('loops stay flat, %s', (mode) => {
  test.each(asynchronous)('%s', { timeout: LONG ? 3_600_000 : 120_000 }, async (name) => {
    await setBackend(gpu({ mode }))
    manualSeed(7)
    const steps = stepsOf(name)
    await settle()
    const meter = new DeviceMeter(steps)
    const { values, expected } = await loops[name]!.run(meter, steps)
    expect(values.every(Number.isFinite)).toBe(true)
    if (expected) expectClose(values, expected, 1e-4)
    const [early, late] = meter.at
    expect(early!.alive, 'the wrapped calls were called').toBeGreaterThan(0)
    // What the user keeps, a loss every tenth step, is no leak.
    const own = ({ alive: all, step }: { alive: number; step: number }) =>
      all - (/kept/.test(name) ? Math.ceil(step / 10) : 0)
    expect(own(late!), 'objects on the device').toBeLessThanOrEqual(own(early!) * 1.02 + 8)
    expect(late!.resident, 'bytes on the device').toBeLessThanOrEqual(early!.resident * 1.02 + MB)
    expect(late!.heap - early!.heap, 'growth of the heap').toBeLessThanOrEqual(4 * MB)
  })
})
