import type { UpdateKernel } from '../../kernels/optim.js'
import type { KernelAttrs } from '../../kernels.js'
import type { Launch, Lowering, Numbers } from '../lowering.js'
import { kernel, type Source } from '../source.js'

/**
 * How one form of an update becomes launches, one for each tensor that changes. Sources have no sizes in them and read `numbers` on the
 * device, so that one serves all parameters and all steps.
 */
interface Form {
  /** The new state. Reads g, numbers, p, the state's old values by name and, in later ones, the new values of earlier ones (name_). */
  readonly state: Readonly<Record<string, string>>
  /** The new parameter. Reads g, numbers, p, and of the state what it names. */
  readonly p: string
}

/** The names of `numbers` as constants, where a body uses them. */
function named(names: readonly string[], body: string): string {
  return names
    .map((name, i) => (new RegExp(`\\b${name}\\b`).test(body) ? `const ${name}=n[${i}];` : ''))
    .join('')
}

/** Reads the buffers that a body names, at the thread's own index: `d` for d[i]. */
function source(body: string, numbers: readonly string[], buffers: readonly string[]): [Source, string[]] {
  const used = buffers.filter((name) => new RegExp(`\\b${name}\\b`).test(body))
  const own = used.map((name) => `const ${name}=${name}At[this.thread.x];`).join('')
  const parameters = used.map((name) => `${name}At`)
  return [kernel([...parameters, 'n'], `${own}${named(numbers, body)}${body}`), used]
}

/** The launches of a form, in order: what each reads, by name. */
function plan({ state, p }: Form, numbers: readonly string[]) {
  const names = Object.keys(state)
  const steps = names.map((name, k) => {
    const made = names.slice(0, k).map((n) => `${n}_`)
    return source(state[name]!, numbers, ['g', 'p', ...names, ...made])
  })
  return { names, steps: [...steps, source(p, numbers, ['g', 'p', ...names, ...names.map((n) => `${n}_`)])] }
}

function update<K extends UpdateKernel>(
  numbers: readonly string[],
  formOf: (attrs: KernelAttrs[K]) => Form,
): Lowering<K> {
  const plans = new Map<string, ReturnType<typeof plan>>()
  return ({ inputs, before, attrs }, launch: Launch) => {
    const key = JSON.stringify(attrs)
    if (!plans.has(key)) plans.set(key, plan(formOf(attrs as KernelAttrs[K]), numbers))
    const { names, steps } = plans.get(key)!
    const [grad, values] = inputs as [Numbers, Numbers]
    const buffers: Record<string, Numbers> = { g: grad, p: before[0]! }
    names.forEach((name, k) => {
      buffers[name] = before[k + 1]!
    })
    const made = steps.map(([text, used], k) => {
      const result = launch(text, grad.length, [...used.map((name) => buffers[name]!), values])
      if (k < names.length) buffers[`${names[k]}_`] = result
      return result
    })
    return [made.at(-1)!, ...made.slice(0, -1)]
  }
}

const D = 'const d=sign*g+weightDecay*p;'
/** The larger of a and b; NaN wins, which devices' own max drops. */
const larger = (a: string, b: string) =>
  `const a=${a};const b=${b};if(a>=b){return a;}if(b>a){return b;}return a+b;`

const sgd = update<'sgd'>(
  ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov', 'first', 'sign'],
  ({ velocity }) =>
    velocity
      ? {
          state: {
            v: `${D}if(first>0.5){return d;}return momentum*v+(1.0-dampening)*d;`,
          },
          p: `${D}let s=v_;if(nesterov>0.5){s=d+momentum*v_;}return p-lr*s;`,
        }
      : { state: {}, p: `${D}return p-lr*d;` },
)

const adam = update<'adam'>(
  [
    ...['sign', 'weightDecay', 'shrink', 'keep1', 'fresh1', 'keep2', 'fresh2', 'scale', 'eps'],
    ...['mStep', 'gStep'],
  ],
  ({ amsgrad, infinity }) => {
    const square = 'keep2*v+fresh2*d*d'
    const v = infinity ? larger('keep2*v', 'Math.abs(d)+eps') : `return ${square};`
    const size = amsgrad ? 'w_' : 'v_'
    return {
      state: {
        m: `${D}return keep1*m+fresh1*d;`,
        v: `${D}${v}`,
        ...(amsgrad ? { w: larger('w', 'v_') } : {}),
      },
      p: `${D}const s=${infinity ? size : `scale*Math.sqrt(${size})+eps`};return p-((mStep*m_+gStep*d)/s+shrink*p);`,
    }
  },
)

const rmsprop = update<'rmsprop'>(
  ['sign', 'weightDecay', 'keep', 'fresh', 'eps', 'lr', 'momentum'],
  ({ centered, momentum }) => {
    // The comparison that is false for NaN keeps it.
    const variance = centered ? 'let s=v_-a_*a_;if(s<0.0){s=0.0;}' : 'const s=v_;'
    const step = `${D}${variance}const step=d/(Math.sqrt(s)+eps);`
    return {
      state: {
        v: `${D}return keep*v+fresh*d*d;`,
        ...(centered ? { a: `${D}return keep*a+fresh*d;` } : {}),
        ...(momentum ? { b: `${step}return momentum*b+step;` } : {}),
      },
      p: momentum ? 'return p-lr*b_;' : `${step}return p-lr*step;`,
    }
  },
)

const adadelta = update<'adadelta'>(['sign', 'weightDecay', 'keep', 'fresh', 'eps', 'lr'], () => {
  const delta = `${D}const delta=Math.sqrt(u+eps)/Math.sqrt(v_+eps)*d;`
  return {
    state: { v: `${D}return keep*v+fresh*d*d;`, u: `${delta}return keep*u+fresh*delta*delta;` },
    p: `${delta}return p-lr*delta;`,
  }
})

const lion = update<'lion'>(['sign', 'shrink', 'keep1', 'fresh1', 'keep2', 'fresh2', 'lr'], () => ({
  state: { m: 'return keep2*m+fresh2*(sign*g);' },
  p: 'let s=keep1*m+fresh1*(sign*g);if(s>0.0){s=1.0;}else{if(s<0.0){s=-1.0;}}return p-(lr*s+shrink*p);',
}))

export const optim = { sgd, adam, rmsprop, adadelta, lion }
