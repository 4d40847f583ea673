import { eye, rand, randn, reference, setDefaultDType, tensor, wasm, where, zeros } from '@core/tensor'
import { afterEach, expect, test } from 'vitest'

afterEach(() => setDefaultDType('float32'))

test('creation functions without a dtype follow the default; what says its dtype does not', () => {
  const backend = reference()
  setDefaultDType('float64')
  expect(zeros([2], { backend }).dtype).toBe('float64')
  expect(randn([2], { backend }).dtype).toBe('float64')
  expect(eye(2, 2, { backend }).dtype).toBe('float64')
  expect(tensor([0.1], { backend }).itemSync()).toBe(0.1)
  expect(tensor([true], { backend }).dtype).toBe('bool')
  expect(tensor(new Int32Array(1), { backend }).dtype).toBe('int32')
  expect(tensor(new Float32Array(1), { backend }).dtype).toBe('float32')
  expect(rand([2], { backend, dtype: 'float32' }).dtype).toBe('float32')
})

test('a backend without the default dtype refuses instead of rounding in silence', async () => {
  const backend = await wasm({ build: 'simd' }).start()
  setDefaultDType('float64')
  expect(() => zeros([2], { backend })).toThrow(/zeros: the wasm backend has no float64 tensors/)
  expect(tensor(new Float64Array(1), { backend }).dtype).toBe('float32')
})

test('only floats can be the default', () => {
  // @ts-expect-error: not a float
  expect(() => setDefaultDType('int32')).toThrow(/'float32' or 'float64', got the string 'int32'/)
})

test('integers that become floats take the default', () => {
  const backend = reference()
  setDefaultDType('float64')
  const n = tensor([1, 2], { backend, dtype: 'int32' })
  expect(n.add(0.5).dtype).toBe('float64')
  expect(n.div(3).dataSync()[0]).toBe(1 / 3)
  expect(where(n.gt(1), 0.1, 0.2).dataSync()[1]).toBe(0.1)
  expect(n.mul(2).dtype).toBe('int32')
})
