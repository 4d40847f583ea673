import { FormatError, type Tensor, tensor, zeros } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import { DataLoader, tensorDataset } from '@nn/data'
import { BatchNorm1d, Dropout, Linear } from '@nn/layers'
import { Sequential } from '@nn/module'

/** Keeps any state, and refuses what it is told to. */
export class Box {
  constructor(
    public content: unknown = null,
    private readonly accepts: (state: unknown) => boolean = () => true,
  ) {}
  stateDict(): unknown {
    return this.content
  }
  loadStateDict(state: unknown): void {
    if (!this.accepts(state)) throw new FormatError('Box: not for me')
    this.content = state
  }
}

/** A model with parameters, buffers of two dtypes, and two generators; a loader; and a box in place of an optimizer. */
export function makeParts(content: unknown = null, hidden = 3) {
  const model = new Sequential(
    new Linear(2, hidden),
    new BatchNorm1d(hidden),
    new Dropout(0.5),
    new Linear(hidden, 1),
    new Dropout(0.25),
  )
  const data = tensorDataset(zeros([10, 2]), zeros([10, 1]))
  const loader = new DataLoader(data, { batchSize: 2, shuffle: true })
  return { box: new Box(content), model, loader }
}

/** A state with every kind of value. */
export function richState(): Record<string, unknown> {
  return {
    exact: [0.1, 1e-300, 2 ** 53 + 2, -7],
    special: { nan: Number.NaN, up: Infinity, down: -Infinity, zero: -0 },
    $tensor: 'no tensor',
    one: { $number: 'NaN' },
    'a.b': { 'c.d': tensor([1, 2]) },
    texts: ['', 'ü "名" \\ 😀', null, true, false],
    nothing: {},
    list: [[], [tensor([[3]]), { deep: tensor([true, false]) }], tensor(Int32Array.of(5, -(2 ** 31)))],
    constructor: 1,
  }
}

/** A tree with tensors as plain values, to be compared exactly. */
export function plain(tree: unknown): unknown {
  if (isTensor(tree)) return { dtype: tree.dtype, shape: tree.shape, values: Array.from(tree.dataSync()) }
  if (Array.isArray(tree)) return tree.map(plain)
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, plain(value)]))
}

/** Everything that a checkpoint of these parts holds. */
export function snapshot({ box, model, loader }: ReturnType<typeof makeParts>): unknown {
  return {
    box: plain(box.content),
    model: plain(model.stateDict() as Record<string, Tensor>),
    generators: Array.from(model.namedGenerators(), ([name, { state }]) => [name, state]),
    loader: loader.state,
  }
}
