import type { Lowering } from '../lowering.js'
import { kernel, literal } from '../source.js'

/** The multipliers of Philox 4×32, least significant byte first: a byte times 16 bits is exact in a float. */
const MULTIPLIERS = [
  [0x53, 0x1f, 0x51, 0xd2],
  [0x57, 0x8d, 0x9e, 0xcd],
] as const
/** What is added to the two words of the key from round to round, as 16-bit halves. */
const WEYL = [
  [0x79b9, 0x9e37],
  [0xae85, 0xbb67],
] as const

/** `name`0 and `name`1: the 16-bit halves of `value`, a whole number below 2²⁴. */
const split = (name: string, value: string) =>
  `const ${name}v=${value};const ${name}1=Math.floor(${name}v*${literal(2 ** -16)});const ${name}0=${name}v-65536.0*${name}1;`

/** The product of two bytes (a 16-bit number) and 16 bits. No sum on the way exceeds 2²⁴. */
const product = (name: string, low: number, high: number, factor: string) =>
  `const ${name}h=${literal(high)}*${factor};const ${name}q=Math.floor(${name}h*${literal(2 ** -8)});` +
  `const ${name}w=${literal(low)}*${factor}+256.0*(${name}h-256.0*${name}q);` +
  `const ${name}r=Math.floor(${name}w*${literal(2 ** -16)});` +
  `const ${name}0=${name}w-65536.0*${name}r;const ${name}1=${name}q+${name}r;`

/** The 64-bit product of a multiplier and the word `word`0, `word`1, in 16-bit limbs: `name`a0 (lowest), `name`b0, `name`c0, `name`d. */
const multiply = (name: string, [m0, m1, m2, m3]: readonly number[], word: string) =>
  product(`${name}a`, m0!, m1!, `${word}0`) +
  product(`${name}e`, m0!, m1!, `${word}1`) +
  product(`${name}f`, m2!, m3!, `${word}0`) +
  product(`${name}g`, m2!, m3!, `${word}1`) +
  split(`${name}b`, `${name}a1+${name}e0+${name}f0`) +
  split(`${name}c`, `${name}e1+${name}f1+${name}g0+${name}b1`) +
  `const ${name}d=${name}g1+${name}c1;`

/** Adds to a word in place, modulo 2³². */
const increase = (word: string, [low, high]: readonly number[]) =>
  `${word}0=${word}0+${literal(low!)};${word}1=${word}1+${literal(high!)};` +
  `if(${word}0>65535.5){${word}0=${word}0-65536.0;${word}1=${word}1+1.0;}` +
  `if(${word}1>65535.5){${word}1=${word}1-65536.0;}`

/**
 * The four words of the block that element i is in: w0 … w3, each as its halves. Every thread computes the whole block: a launch
 * gives one number a thread, and a word has more bits than a float.
 */
const BLOCK =
  `const block=Math.floor(i*0.25);const lane=i-4.0*block;${split('o', 'block')}` +
  // The counter of the state, plus the block's number.
  `${split('p', 'state[4]+o0')}${split('q', 'state[5]+o1+p1')}${split('r', 'state[6]+q1')}${split('s', 'state[7]+r1')}` +
  'let ka0=state[0];let ka1=state[1];let kb0=state[2];let kb1=state[3];' +
  'let wa0=p0;let wa1=q0;let wb0=r0;let wb1=s0;let wc0=0.0;let wc1=0.0;let wd0=0.0;let wd1=0.0;' +
  'for(let round=0;round<10;round++){' +
  multiply('x', MULTIPLIERS[0], 'wa') +
  multiply('y', MULTIPLIERS[1], 'wc') +
  'wa0=0.0+((yc0^wb0)^ka0);wa1=0.0+((yd^wb1)^ka1);wb0=ya0;wb1=yb0;' +
  'wc0=0.0+((xc0^wd0)^kb0);wc1=0.0+((xd^wd1)^kb1);wd0=xa0;wd1=xb0;' +
  `${increase('ka', WEYL[0])}${increase('kb', WEYL[1])}}`

/** The upper 24 bits of a word. */
const upper = (word: string) => `${word}1*256.0+Math.floor(${word}0*${literal(2 ** -8)})`

const UNIT =
  `${BLOCK}let u=${upper('wa')};if(lane>0.5){u=${upper('wb')};}if(lane>1.5){u=${upper('wc')};}if(lane>2.5){u=${upper('wd')};}` +
  `u=u*${literal(2 ** -24)};`

const RANDOM = ['state', 'low', 'high']
const SOURCES = {
  uniform: kernel(['state', 'range'], `${UNIT}return range*u;`),
  bernoulli: kernel(RANDOM, `${UNIT}if(u<low){return high;}return 0.0;`),
  // √(−2 ln u) times cos or sin of t / 2²⁴ turns, reduced to an eighth of a turn while the angle is a whole number.
  normal: kernel(
    RANDOM,
    `${BLOCK}let m=1.0+${upper('wa')};let t=${upper('wb')};if(lane>1.5){m=1.0+${upper('wc')};t=${upper('wd')};}` +
      `const log=logPositive_(m*${literal(2 ** -24)});let radius=0.0;if(log<0.0){radius=Math.sqrt(-2.0*log);}` +
      `let quarter=Math.floor(t*${literal(2 ** -22)}+0.5);const angle=(t-quarter*${literal(2 ** 22)})*${literal((2 * Math.PI) / 2 ** 24)};` +
      'if(lane===0.0||lane===2.0){quarter=quarter+1.0;}return low+high*(radius*wave_(angle,quarter));',
  ),
}
const ADD = kernel(['x', 'low'], 'return x[this.thread.x]+low;')

const numbers: Lowering<'random'> = (
  { inputs: [state], outputLengths: [size], attrs: { kind, low, high } },
  launch,
) => {
  if (kind !== 'uniform') return [launch(SOURCES[kind], size!, [state!, low, high])]
  const start = Math.fround(low)
  const scaled = launch(SOURCES.uniform, size!, [state!, Math.fround(Math.fround(high) - start)])
  // In a launch of its own: a product and a sum in one could be fused, and round once instead of twice.
  return [start === 0 ? scaled : launch(ADD, size!, [scaled, start])]
}

export const random = { random: numbers }
