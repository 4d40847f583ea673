import { gpu } from '@core/tensor/gpu'
import { describe, test } from 'vitest'
import type { GpuBackend } from '../../src/backends/gpu/backend.js'
import { IN_OUT, type KernelAttrs, type KernelName } from '../../src/backends/kernels.js'
import type { TypedArray } from '../../src/dtype.js'
import type { BackendChoice } from '../../src/index.js'
import { dtypeOf, expectClose, expected, kernels } from '../kernels.expected.js'

/** One kernel call whose results must be the reference backend's (computed in double precision). */
export interface KernelCase<K extends KernelName = KernelName> {
  /** What is special about it. */
  readonly what: string
  readonly kernel: K
  readonly inputs: readonly TypedArray[]
  /** Arrays of the outputs' lengths and dtypes; of in-place kernels what they hold before. */
  readonly outputs: readonly TypedArray[]
  readonly attrs: KernelAttrs[K]
  /** Units in the last place that results may be off; 4 unless told. */
  readonly ulps?: number
  /** What they may be off in any case. */
  readonly absolute?: number
  /** Takes the results apart before they are compared, where kernels may differ in how they say the same. */
  readonly readable?: (outputs: readonly TypedArray[]) => readonly TypedArray[]
}

/** Typed on the inside, listed as any case. */
export function kernelCase<K extends KernelName>(c: KernelCase<K>): KernelCase {
  return c as unknown as KernelCase
}

/** Runs one case on a backend, and throws where a number is off. */
async function check(backend: GpuBackend, c: KernelCase): Promise<void> {
  const inputs = c.inputs.map((values) => backend.adopt(values.slice(), dtypeOf(values)))
  const outputs = c.outputs.map((values) =>
    IN_OUT.has(c.kernel)
      ? backend.adopt(values.slice(), dtypeOf(values))
      : backend.allocate(dtypeOf(values), values.length),
  )
  backend.run(kernels[c.kernel], inputs, outputs, c.attrs)
  const { readable = (o: readonly TypedArray[]) => o, what, ulps, absolute } = c
  const got = await Promise.all(outputs.map((s) => backend.read(s)))
  expectClose(readable(got), readable(expected(c.kernel, c.inputs, c.outputs, c.attrs)), {
    what: `${c.kernel}, ${what}:`,
    ...(ulps === undefined ? {} : { ulps }),
    ...(absolute === undefined ? {} : { absolute }),
  })
}

/** One test a kernel, in one mode of gpu.js. */
export function testCases(mode: 'webgpu' | 'webgl2' | 'cpu', cases: readonly KernelCase[]): void {
  describe(`kernels, ${mode}`, async () => {
    const backend = (await (gpu({ mode }) as BackendChoice).start()) as GpuBackend
    const names = [...new Set(cases.map((c) => c.kernel))]
    test.each(names)(
      '%s',
      async (kernel) => {
        for (const c of cases) if (c.kernel === kernel) await check(backend, c)
      },
      120_000,
    )
  })
}
