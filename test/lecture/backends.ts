import { setFlagsFromString } from 'node:v8'
import { reference, setBackend, setDefaultDType, wasm } from '@core/tensor'
import { afterAll, beforeAll, describe } from 'vitest'
import { detectRelaxed } from '../../packages/tensor/src/backends/wasm/load.js'

if (!detectRelaxed()) setFlagsFromString('--experimental-wasm-relaxed-simd')

const PLACES = [
  { place: 'reference, float64', backend: () => reference(), dtype: 'float64' },
  { place: 'reference, float32', backend: () => reference(), dtype: 'float32' },
  ...(['simd', 'relaxed', 'wide'] as const)
    .filter((build) => build === 'simd' || detectRelaxed())
    .map((build) => ({ place: `wasm, ${build}`, backend: () => wasm({ build }), dtype: 'float32' as const })),
] as const

/** Runs tests on the reference backend and on every build of the kernels that this engine can run. */
export function everywhere(what: string, tests: (dtype: 'float32' | 'float64') => void): void {
  describe.each(PLACES)(`${what} ($place)`, ({ backend, dtype }) => {
    beforeAll(async () => {
      await setBackend(await backend())
      setDefaultDType(dtype)
    })
    afterAll(async () => {
      setDefaultDType('float32')
      await setBackend(wasm())
    })
    tests(dtype)
  })
}
