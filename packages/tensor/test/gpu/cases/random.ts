import { type KernelCase, kernelCase } from '../support.js'

/** Uniform numbers and decisions must be the reference's bit for bit, so that a seed means the same on every backend. */
function numbers(
  what: string,
  kind: 'uniform' | 'normal' | 'bernoulli',
  n: number,
  [low, high]: readonly [number, number],
  state: readonly [number, number, number, number] = [0x12345678, 0x9abcdef0, 7, 0],
): KernelCase {
  return kernelCase({
    what: `${kind}, ${what}`,
    kernel: 'random',
    inputs: [Int32Array.from(state)],
    outputs: [new Float32Array(n)],
    attrs: { kind, low, high },
    ...(kind === 'normal' ? { ulps: 6, absolute: 2e-7 * Math.abs(low) } : { ulps: 0, absolute: 0 }),
  })
}

const FULL = 0xffffffff

export const random: readonly KernelCase[] = [
  numbers('one number', 'uniform', 1, [0, 1]),
  numbers('half a block', 'uniform', 2, [0, 1]),
  numbers('many', 'uniform', 10_001, [0, 1]),
  numbers('a shifted range, rounded twice', 'uniform', 1003, [-0.3, 0.7]),
  numbers('a range of a power of two', 'uniform', 77, [-1, 1]),
  numbers('a range that goes down', 'uniform', 30, [5, 2]),
  numbers('an empty range', 'uniform', 9, [3, 3]),
  numbers('all bits of key and counter set', 'uniform', 50, [0, 1], [FULL, FULL, FULL, FULL]),
  numbers('zero key, zero counter', 'uniform', 50, [0, 1], [0, 0, 0, 0]),
  numbers('carry into the upper word', 'uniform', 50, [0, 1], [1, 2, FULL - 3, 5]),
  numbers('carry from half to half', 'uniform', 50, [0, 1], [1, 2, 0x1fffd, 0xffff]),
  numbers('carry through all', 'uniform', 50, [0, 1], [FULL, 0, FULL - 1, FULL]),
  numbers('sign bits', 'uniform', 50, [0, 1], [0x80000000, 0x7fffffff, 0x80000000, 0x7fffffff]),
  numbers('more blocks than 16 bits count', 'uniform', 300_000, [0, 1], [3, 4, 0xfffff, 9]),
  numbers('half', 'bernoulli', 999, [0.5, 1]),
  numbers('few, scaled', 'bernoulli', 999, [0.1, 10]),
  numbers('never', 'bernoulli', 99, [0, 3]),
  numbers('always', 'bernoulli', 99, [1, -2]),
  numbers('one number', 'normal', 1, [0, 1]),
  numbers('three numbers', 'normal', 3, [0, 1]),
  numbers('many', 'normal', 20_003, [0, 1]),
  numbers('shifted and scaled', 'normal', 4099, [2.5, 0.3]),
  numbers('no deviation', 'normal', 10, [4, 0]),
]
