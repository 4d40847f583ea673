import { type Backend, type DType, type Tensor, tensor } from '@core/tensor'
import type { RecurrentCell, RecurrentInputs, RecurrentLayerOptions } from '@core/tensor/extend'
import { generator } from './kernels.support.js'

export const CELLS = ['rnnTanh', 'rnnRelu', 'gru', 'gruResetBefore', 'lstm'] as const
const GATES = { rnnTanh: 1, rnnRelu: 1, gru: 3, gruResetBefore: 3, lstm: 4 }

/** One form of a layer, in some sizes. */
export interface Form {
  readonly cell: RecurrentCell
  readonly time: number
  readonly batch: number
  readonly size: number
  readonly hidden: number
  readonly reverse?: boolean
  readonly lengths?: boolean
  readonly bias?: boolean
  readonly projection?: number
}

/** The forms of the given sizes: every cell, either direction, with lengths and biases or without, projected or not. */
export function forms(sizes: { time: number; batch: number; size: number; hidden: number }): Form[] {
  const both = [false, true]
  return CELLS.flatMap((cell) =>
    both.flatMap((reverse) =>
      both.flatMap((lengths) =>
        both.flatMap((bias) => {
          const form = { cell, ...sizes, reverse, lengths, bias }
          return cell === 'lstm' ? [form, { ...form, projection: Math.max(1, sizes.hidden - 2) }] : [form]
        }),
      ),
    ),
  )
}

export function nameOf({ cell, time, batch, hidden, reverse, lengths, bias, projection }: Form): string {
  const words = [
    reverse && 'reverse',
    lengths && 'lengths',
    bias && 'bias',
    projection && `projection ${projection}`,
  ]
  return `${cell} ${time}×${batch}×${hidden} ${words.filter(Boolean).join(', ')}`
}

/** Random inputs of a layer; all float ones in `leaves`, with gradients. */
export function inputsOf(form: Form, backend: Backend, dtype: DType, seed = 1) {
  const { cell, time, batch, size, hidden, bias, projection } = form
  const wide = GATES[cell] * hidden
  const state = projection || hidden
  const random = generator(seed)
  const leaf = (shape: number[], scale = 1) =>
    tensor(
      Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
        Math.fround((random() * 2 - 1) * scale),
      ),
      { shape, dtype, backend, requiresGrad: true },
    )
  const floats = {
    x: leaf([time, batch, size]),
    wInput: leaf([wide, size], 1 / Math.sqrt(size)),
    wHidden: leaf([wide, state], 1 / Math.sqrt(state)),
    h0: leaf([batch, state]),
    ...(bias ? { bInput: leaf([wide]), bHidden: leaf([wide]) } : {}),
    ...(cell === 'lstm' ? { c0: leaf([batch, hidden]) } : {}),
    ...(projection ? { wProjection: leaf([projection, hidden], 1 / Math.sqrt(hidden)) } : {}),
  }
  const lengths = Int32Array.from(
    { length: batch },
    (_, b) => 1 + Math.floor(random() * time) * (b > 0 ? 1 : 0),
  )
  const ragged = form.lengths ? { lengths: tensor(lengths, { backend }) } : {}
  const names = Object.keys(floats) as (keyof RecurrentInputs)[]
  return {
    inputs: { ...floats, ...ragged } as RecurrentInputs,
    names,
    leaves: names.map((name) => floats[name as keyof typeof floats]!),
    options: { reverse: form.reverse ?? false } as RecurrentLayerOptions,
  }
}

/** A layer as a function of its float inputs. */
export function layerOf(
  run: (
    cell: RecurrentCell,
    inputs: RecurrentInputs,
    options: RecurrentLayerOptions,
  ) => { output: Tensor; hLast: Tensor; cLast?: Tensor; trace?: Readonly<Record<string, Tensor>> },
  form: Form,
  { inputs, names, options }: ReturnType<typeof inputsOf>,
  trace = false,
): (...leaves: Tensor[]) => Tensor[] {
  return (...leaves) => {
    const given = Object.fromEntries(names.map((name, i) => [name, leaves[i]]))
    const {
      output,
      hLast,
      cLast,
      trace: gates = {},
    } = run(form.cell, { ...inputs, ...given }, { ...options, trace })
    return [output, hLast, ...(cLast ? [cLast] : []), ...Object.values(gates)]
  }
}
