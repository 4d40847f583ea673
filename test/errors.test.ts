import * as T from '@core/tensor'
import {
  Generator,
  manualSeed,
  noGrad,
  ones,
  Parameter,
  reference,
  type Tensor,
  TensorError,
  tensor,
  wasm,
  zeros,
} from '@core/tensor'
import { assign, setGradient, updateInPlace } from '@core/tensor/extend'
import { CharTokenizer, collate, DataLoader, sequenceLoader, tensorDataset } from '@nn/data'
import { Dropout, Embedding, Linear, ReLU, Softmax } from '@nn/layers'
import { crossEntropy, mse } from '@nn/losses'
import { buffer, Module, Sequential } from '@nn/module'
import {
  clipGradAdaptive,
  clipGradNorm,
  clipGradValue,
  ExponentialMovingAverage,
  l2Penalty,
  lrRangeTest,
  OneCycleLR,
  ReduceLROnPlateau,
  SequentialLR,
  SGD,
  StepLR,
  weightDecayGroups,
} from '@nn/optim'
import { GRU, LSTM, RNN } from '@nn/recurrent'
import { evaluate, fit } from '@nn/train'
import { describe, expect, test } from 'vitest'

// Callers in plain JavaScript pass what TypeScript would refuse.
// biome-ignore lint/suspicious/noExplicitAny: that is what is tested
const js = (value: unknown): any => value

/** What the user did, the call, the code of the error, and what its message must say: op, both shapes or values, remedy. */
type Row = readonly [what: string, call: () => unknown, code: string, ...says: RegExp[]]

const x23 = ones([2, 3])
const x45 = ones([4, 5])
const ids = (...values: number[]) => tensor(values, { dtype: 'int32' })
const elsewhere = ones([2, 3], { backend: reference() })
const double = ones([2], { backend: reference(), dtype: 'float64' })
const gone = () => {
  const t = ones([3, 2])
  t.dispose()
  return t
}
const leaf = (shape: number[]) => ones(shape, { requiresGrad: true })
const param = (shape: number[] = [2]) => new Parameter(ones(shape))
const withGrad = () => {
  const p = param()
  p.mul(3).sum().backward()
  return p
}
const batches: [Tensor, Tensor][] = [[ones([2, 3]), ones([2, 1])]]
const model = new Linear(3, 1)
const loss = (net: Linear, x: Tensor, y: Tensor) => mse(net.forward(x), y)
const optimizer = new SGD(model.parameters(), { lr: 0.1 })

// biome-ignore format: one row a line
const creation: Row[] = [
  ['ragged arrays', () => tensor([[1, 2], [3]]), 'ERR_SHAPE', /tensor: .*ragged/, /depth 1.* 1 entries.* 2;/],
  ['a number among arrays', () => tensor([[1, 2], 3]), 'ERR_SHAPE', /ragged/, /depth 1 there is a number/],
  ['an array among numbers', () => tensor([1, [2]]), 'ERR_SHAPE', /ragged.*one has 1 entries.*the first is a number/],
  ['strings as values', () => tensor(js(['1', '2'])), 'ERR_OPTION', /tensor:.*numbers.*the string '1'/],
  ['nothing as values', () => tensor(js(undefined)), 'ERR_OPTION', /tensor:.*numbers.*undefined/],
  ['null inside', () => tensor(js([1, null])), 'ERR_OPTION', /tensor:.*null/],
  ['an object as values', () => tensor(js({ a: 1 })), 'ERR_OPTION', /tensor:.*an object/],
  ['a bigint', () => tensor(js([1n])), 'ERR_OPTION', /tensor:.*numbers.*1/],
  ['typed arrays inside arrays', () => tensor(js([Float32Array.of(1)])), 'ERR_OPTION', /Float32Array inside.*shape/],
  ['a bigint array', () => tensor(js(BigInt64Array.of(1n))), 'ERR_DTYPE', /BigInt64Array.*Int32Array/],
  ['a tensor as values', () => tensor(js(x23)), 'ERR_OPTION', /tensor:.*clone\(\)/],
  ['a shape of another size', () => tensor([1, 2, 3], { shape: [2, 2] }), 'ERR_SHAPE', /\[2, 2\] needs 4.*got 3/],
  ['an unknown dtype', () => zeros([2], { dtype: js('float16') }), 'ERR_DTYPE', /zeros:.*'float16'.*'float32'/],
  ['a dtype that is a method of objects', () => zeros([2], { dtype: js('toString') }), 'ERR_DTYPE', /toString/],
  ['float64 on wasm', () => zeros([2], { dtype: 'float64' }), 'ERR_BACKEND', /zeros:.*wasm.*float64.*reference\(\)/],
  ['an option misspelt', () => ones([2], js({ requireGrad: true })), 'ERR_OPTION', /ones:.*'requireGrad'.*requiresGrad/],
  ['a dtype in place of options', () => ones([2], js('int32')), 'ERR_OPTION', /ones: options.*dtype.*'int32'/],
  ['null as options', () => T.full([2], 1, js(null)), 'ERR_OPTION', /full: options.*null/],
  ['a backend not started', () => zeros([2], { backend: js(wasm()) }), 'ERR_OPTION', /backend.*start\(\)/],
  ['the name of a backend', () => zeros([2], { backend: js('wasm') }), 'ERR_OPTION', /backend.*'wasm'/],
  ['sizes as arguments', () => zeros(js(2)), 'ERR_SHAPE', /zeros:.*array of sizes like \[2, 3\], got 2/],
  ['a negative size', () => zeros([2, -1]), 'ERR_SHAPE', /zeros:.*≥ 0, got -1 in \[2, -1\]/],
  ['a size that is a string', () => ones(js(['2'])), 'ERR_SHAPE', /ones:.*whole numbers/],
  ['far too large', () => zeros([2 ** 20, 2 ** 20]), 'ERR_SHAPE', /zeros: \[1048576, 1048576\].*2³¹/],
  ['a gradient for integers', () => ones([2], { dtype: 'int32', requiresGrad: true }), 'ERR_DTYPE', /ones:.*int32/],
  ['a value that is none', () => T.full([2], js('1')), 'ERR_OPTION', /full: the value.*'1'/],
  ['a step of 0', () => T.arange(0, 5, 0), 'ERR_OPTION', /arange: step.*full\(\)/],
  ['an infinite range', () => T.arange(Infinity), 'ERR_OPTION', /arange: end.*finite.*Infinity/],
  ['half a row', () => T.eye(2.5), 'ERR_OPTION', /eye: rows.*whole number.*2\.5/],
  ['bounds exchanged', () => T.uniform([2], 1, 0), 'ERR_OPTION', /uniform: high.*≥ 1.*got 0/],
  ['a negative deviation', () => T.normal([2], 0, -1), 'ERR_OPTION', /normal: std.*≥ 0.*got -1/],
  ['NaN as mean', () => T.normal([2], Number.NaN, 1), 'ERR_OPTION', /normal: mean.*finite.*NaN/],
  ['a seed as generator', () => T.randn([2], { generator: js(42) }), 'ERR_OPTION', /randn: generator.*42.*new Generator/],
  ['random integers', () => T.rand([2], { dtype: 'int32' }), 'ERR_DTYPE', /rand:.*int32.*cast\(\)/],
  ['like nothing', () => T.zerosLike(js(undefined)), 'ERR_OPTION', /zerosLike:.*Tensor, got undefined/],
  ['a seed that is none', () => manualSeed(js('42')), 'ERR_OPTION', /manualSeed:.*'42'/],
  ['a negative seed', () => new Generator(-1), 'ERR_OPTION', /Generator: seed.*≥ 0.*-1/],
  ['the constructor', () => new (js(T.Tensor))([1, 2]), 'ERR_OPTION', /Tensor:.*tensor\(/],
  ['a parameter of an array', () => new Parameter(js([1])), 'ERR_OPTION', /Parameter: the values.*an array.*tensor\(/],
  ['a parameter of integers', () => new Parameter(ids(1)), 'ERR_DTYPE', /Parameter: the values \[1\] is int32.*cast/],
  ['state of another generator', () => (js(new Generator(1)).state = {}), 'ERR_OPTION', /Generator\.state:.*key/],
]

// biome-ignore format: one row a line
const ops: Row[] = [
  ['shapes that do not broadcast', () => x23.add(x45), 'ERR_SHAPE', /add:.*\[2, 3\].*\[4, 5\].*dimension -2 is 2 in one and 4.*equal or one of them 1/],
  ['the same in a method', () => x23.mul(ones([2])), 'ERR_SHAPE', /mul:.*\[2, 3\].*\[2\].*dimension -1/],
  ['a string as operand', () => x23.add(js('1')), 'ERR_OPTION', /add: the second operand.*Tensor.*'1'/],
  ['nothing as operand', () => T.sub(x23, js(undefined)), 'ERR_OPTION', /sub: the second operand.*got undefined;/],
  ['an array as operand', () => T.div(js([1, 2]), x23), 'ERR_OPTION', /div: the first operand.*an array.*tensor\(/],
  ['two numbers', () => T.add(1, 2), 'ERR_OPTION', /add: one operand must be a Tensor/],
  ['backends mixed', () => x23.add(elsewhere), 'ERR_BACKEND', /add:.*\[2, 3\].*wasm.*\[2, 3\].*reference.*to\(backend\)/],
  ['backends mixed in matmul', () => elsewhere.matmul(ones([3, 2])), 'ERR_BACKEND', /matmul:.*reference.*wasm/],
  ['backends mixed in cat', () => T.cat([x23, x23, elsewhere]), 'ERR_BACKEND', /cat: tensor 0.*wasm.*tensor 2.*reference/],
  ['backends mixed in where', () => T.where(x23.gt(0), elsewhere, 0), 'ERR_BACKEND', /where: the condition.*the first choice/],
  ['a tensor disposed of', () => x23.matmul(gone()), 'ERR_DISPOSED', /matmul: the second operand \[3, 2\].*dispose\(\).*clone\(\)/],
  ['reading one disposed of', () => gone().dataSync(), 'ERR_DISPOSED', /dataSync:.*\[3, 2\]/],
  ['awaiting one disposed of', () => gone().data(), 'ERR_DISPOSED', /data:.*\[3, 2\]/],
  ['negating bools', () => x23.gt(0).neg(), 'ERR_DTYPE', /neg:.*bool \[2, 3\].*logicalNot/],
  ['adding bools', () => x23.gt(0).add(x23.gt(0)), 'ERR_DTYPE', /add:.*bool.*\[2, 3\].*cast/],
  ['exp of integers', () => T.exp(ids(1, 2)), 'ERR_DTYPE', /exp:.*\[2\] is int32.*cast\(x, 'float32'\)/],
  ['mean of integers', () => T.mean(ids(1)), 'ERR_DTYPE', /mean:.*int32.*cast/],
  ['an op on an array', () => T.relu(js([1])), 'ERR_OPTION', /relu: the input.*an array.*tensor\(/],
  ['an axis too far', () => x23.sum({ axis: 2 }), 'ERR_SHAPE', /sum: axis 2.*\[2, 3\]; use -2 to 1/],
  ['an axis of a single number', () => tensor(1).sum({ axis: 0 }), 'ERR_SHAPE', /sum: axis 0.*\[\].*no axes/],
  ['an axis named twice', () => x23.sum({ axis: [0, -2] }), 'ERR_SHAPE', /sum: axes \[0,-2\].*\[2, 3\] twice/],
  ['an axis in words', () => x23.mean({ axis: js('rows') }), 'ERR_SHAPE', /mean: axis rows.*use -2 to 1/],
  ['null as axis', () => x23.max({ axis: js(null) }), 'ERR_SHAPE', /max: axis null/],
  ['an axis in place of options', () => x23.sum(js(0)), 'ERR_OPTION', /sum: options.*\{ axis, dtype, keepDim \}, got 0/],
  ['an option of PyTorch', () => x23.sum(js({ dim: 0 })), 'ERR_OPTION', /sum:.*'dim'.*axis, dtype, keepDim/],
  ['a switch that is none', () => x23.max(js({ keepDim: 1 })), 'ERR_OPTION', /max: keepDim must be true or false, got 1/],
  ['largest of nothing', () => zeros([0, 2]).max(), 'ERR_SHAPE', /max: shape \[0, 2\]/],
  ['place of the largest of nothing', () => T.argmax(zeros([2, 0]), { axis: 1 }), 'ERR_SHAPE', /argmax:.*\[2, 0\].*axis 1/],
  ['a shape of another size', () => x23.reshape([4, 2]), 'ERR_SHAPE', /reshape:.*\[2, 3\] has 6.*\[4, 2\] has 8/],
  ['what does not divide', () => x23.reshape([4, -1]), 'ERR_SHAPE', /reshape:.*6 values.*a multiple of 4/],
  ['two open sizes', () => x23.reshape([-1, -1]), 'ERR_SHAPE', /reshape: sizes.*-1/],
  ['no shape', () => x23.reshape(js(undefined)), 'ERR_SHAPE', /reshape: the shape.*\[2, 3\], got undefined/],
  ['expanding to less', () => x23.expand([2, 4]), 'ERR_SHAPE', /expand:.*\[2, 3\].*\[2, 4\].*equal or 1/],
  ['expanding to a number', () => x23.expand(js(4)), 'ERR_SHAPE', /expand: the shape.*got 4/],
  ['axes that miss one', () => x23.permute([0]), 'ERR_SHAPE', /permute: axes \[0\].*2 dimensions of \[2, 3\]/],
  ['axes that are none', () => x23.permute(js(1)), 'ERR_OPTION', /permute:.*\[1, 0\], got 1/],
  ['rows of a vector', () => ones([3]).transpose(), 'ERR_SHAPE', /transpose: axis -2.*\[3\]/],
  ['flattening backwards', () => x23.flatten(1, 0), 'ERR_SHAPE', /flatten: axis 1 lies behind axis 0 in \[2, 3\]/],
  ['flipping what is not there', () => T.flip(x23, js(undefined)), 'ERR_SHAPE', /flip: axis undefined.*use -2 to 1/],
  ['slicing from nowhere', () => x23.slice(js('a')), 'ERR_OPTION', /slice: start.*whole number.*'a'/],
  ['slicing backwards', () => x23.slice(0, 2, { step: -1 }), 'ERR_OPTION', /slice: step.*≥ 1.*-1/],
  ['an axis in place of options of slice', () => x23.slice(0, 1, js(1)), 'ERR_OPTION', /slice: options.*axis, step/],
  ['more than there is', () => T.narrow(x23, 1, 2, 2), 'ERR_SHAPE', /narrow: axis 1 of \[2, 3\] has 3.*2 from 2/],
  ['an index too far', () => x23.select(0, 2), 'ERR_SHAPE', /select: index 2.*axis 0 of \[2, 3\].*2 entries/],
  ['joining nothing', () => T.cat([]), 'ERR_OPTION', /cat:.*at least one tensor.*cat\(\[a, b\]\)/],
  ['joining without a list', () => T.cat(js(x23), js(x23)), 'ERR_OPTION', /cat: a list.*a Tensor \[2, 3\]/],
  ['joining what does not fit', () => T.cat([x23, x45], 1), 'ERR_SHAPE', /cat:.*\[2, 3\].*\[4, 5\].*but axis 1/],
  ['joining dtypes', () => T.cat([ids(1), ones([1])]), 'ERR_DTYPE', /cat:.*int32.*float32.*cast\(\)/],
  ['stacking what differs', () => T.stack([x23, x45]), 'ERR_SHAPE', /stack:.*\[2, 3\].*\[4, 5\].*same/],
  ['stacking numbers', () => T.stack(js([1, 2])), 'ERR_OPTION', /stack: tensor 0.*Tensor, got 1/],
  ['unbinding a number', () => T.unbind(tensor(1)), 'ERR_SHAPE', /unbind:.*no axes/],
  ['inner dimensions', () => x23.matmul(x45), 'ERR_SHAPE', /matmul:.*\[2, 3\].*\[4, 5\].*3.*4.*transpose/],
  ['stacks of matrices', () => ones([2, 1, 2]).matmul(ones([3, 2, 1])), 'ERR_SHAPE', /matmul:.*\[2\].*\[3\]/],
  ['a single number', () => x23.matmul(tensor(2)), 'ERR_SHAPE', /matmul:.*\[2, 3\].*\[\].*use mul/],
  ['matmul of dtypes', () => x23.matmul(ids(1, 2, 3)), 'ERR_DTYPE', /matmul:.*float32.*int32.*cast/],
  ['a product far too large', () => ones([2 ** 17, 1]).matmul(ones([1, 2 ** 17])), 'ERR_SHAPE', /matmul: \[131072, 131072\]/],
  ['a weight that does not fit', () => T.linear(x23, x45), 'ERR_SHAPE', /linear:.*\[2, 3\].*\[4, 5\] = \[out, in\]/],
  ['a bias that does not fit', () => T.linear(x23, x23, ones([3])), 'ERR_SHAPE', /linear: the bias \[3\].*\[2\].*\[2, 3\]/],
  ['a condition of numbers', () => T.where(x23, 1, 0), 'ERR_DTYPE', /where: the condition \[2, 3\].*float32.*ne\(x, 0\)/],
  ['indices that are floats', () => T.embedding(x23, ones([2])), 'ERR_DTYPE', /embedding: the indices \[2\].*int32.*float32.*cast/],
  ['an index out of the table', () => T.embedding(x23, ids(1, 2)), 'ERR_SHAPE', /embedding: index 2 \(value 1 of \[2\]\).*0 to 1/],
  ['a negative class', () => T.oneHot(ids(-1), 3), 'ERR_SHAPE', /oneHot: index -1.*0 to 2/],
  ['no classes', () => T.oneHot(ids(0), 0), 'ERR_OPTION', /oneHot: classes.*≥ 1.*0/],
  ['an axis in place of options of softmax', () => x23.softmax(js(0)), 'ERR_OPTION', /softmax: options.*axis.*got 0/],
  ['softmax of integers', () => T.softmax(ids(1)), 'ERR_DTYPE', /softmax:.*int32/],
  ['softmax over no axis', () => T.logSoftmax(x23, { axis: 5 }), 'ERR_SHAPE', /logSoftmax: axis 5.*\[2, 3\]/],
  ['p in place of options', () => T.dropout(x23, js(0.3)), 'ERR_OPTION', /dropout: options.*p.*got 0\.3/],
  ['a probability above 1', () => T.dropout(x23, { p: 1.5 }), 'ERR_OPTION', /dropout: p.*≥ 0 and ≤ 1.*1\.5/],
  ['NaN as probability', () => T.dropout(x23, { p: Number.NaN }), 'ERR_OPTION', /dropout: p.*NaN/],
  ['casting to no dtype', () => x23.cast(js('half')), 'ERR_DTYPE', /cast:.*'half'.*'int32'/],
  ['casting to float64 on wasm', () => x23.cast('float64'), 'ERR_BACKEND', /cast:.*wasm.*float64.*reference\(\)/],
  ['moving to a name', () => x23.to(js('wasm')), 'ERR_OPTION', /to: backend.*'wasm'/],
  ['moving float64 to wasm', () => double.to(x23.backend), 'ERR_BACKEND', /to:.*wasm.*float64/],
  ['several values as one', () => x23.itemSync(), 'ERR_SHAPE', /itemSync:.*\[2, 3\].*6 values.*data\(\)/],
  ['several values as one, awaited', () => x23.item(), 'ERR_SHAPE', /item:.*\[2, 3\]/],
  ['a build that does not exist', () => wasm({ build: js('fast') }), 'ERR_OPTION', /wasm:.*'fast'.*'simd'/],
  ['no threads', () => wasm({ threads: 0 }), 'ERR_OPTION', /wasm: threads.*≥ 1.*0/],
  ['no backend', () => T.setBackend(js('wasm')), 'ERR_OPTION', /setBackend:.*wasm\(\{…\}\).*wasm/],
]

// biome-ignore format: one row a line
const gradients: Row[] = [
  ['a result that is no number', () => leaf([2, 3]).mul(2).backward(), 'ERR_GRADIENT', /backward:.*\[2, 3\].*sum\(\) or mean\(\)/],
  ['no graph', () => x23.sum().backward(), 'ERR_GRADIENT', /backward:.*\[\] depends on nothing.*requiresGrad: true/],
  ['computed within noGrad', () => noGrad(() => leaf([2]).sum()).backward(), 'ERR_GRADIENT', /outside of noGrad/],
  [
    'a graph used twice',
    () => {
      const y = leaf([2]).square().sum()
      y.backward()
      y.backward()
    },
    'ERR_GRADIENT',
    /backward: the graph of '\w+' was freed.*retainGraph: true/,
  ],
  [
    'a first gradient of another shape',
    () =>
      leaf([2])
        .mul(2)
        .backward(ones([3])),
    'ERR_GRADIENT',
    /backward:.*\[3\].*\[2\]/,
  ],
  ['a first gradient of another dtype', () => leaf([1]).mul(2).backward(ids(1)), 'ERR_DTYPE', /backward:.*float32.*int32/],
  ['a first gradient that is a number', () => leaf([1]).backward(js(1)), 'ERR_OPTION', /backward: the gradient.*got 1/],
  ['options in the place of a gradient', () => leaf([1]).backward(js({ retainGraph: true })), 'ERR_OPTION', /backward: the gradient.*an object/],
  ['an option misspelt', () => leaf([1]).backward(undefined, js({ retain: true })), 'ERR_OPTION', /backward:.*'retain'.*retainGraph/],
  [
    'a value disposed of before',
    () => {
      const x = leaf([2])
      const y = x.square().sum()
      x.dispose()
      y.backward()
    },
    'ERR_GRADIENT',
    /backward:.*'square'.*disposed of.*after backward\(\)/,
  ],
  [
    'a parameter changed before',
    () => {
      const p = param()
      const y = p.square().sum()
      assign(p, zeros([2]))
      y.backward()
    },
    'ERR_GRADIENT',
    /backward:.*'square'.*changed in place.*before changing parameters/,
  ],
  ['an async function in noGrad', () => noGrad(async () => 1), 'ERR_OPTION', /noGrad:.*synchronous.*await outside/],
  ['a value in noGrad', () => noGrad(js(x23)), 'ERR_OPTION', /noGrad:.*function.*a Tensor/],
  ['no input', () => T.grad(leaf([1]), []), 'ERR_OPTION', /grad: at least one output and one input/],
  ['an input without gradient', () => T.grad(leaf([1]), x23), 'ERR_GRADIENT', /grad: input 0 \[2, 3\].*requiresGrad: true/],
  ['an input that is not used', () => T.grad(leaf([1]).mul(2), leaf([2])), 'ERR_GRADIENT', /grad:.*input 0 \[2\].*allowUnused/],
  [
    'first gradients that do not fit',
    () =>
      T.grad(leaf([1]), leaf([1]), {
        gradOutputs: [] as never[],
        ...js({ gradOutputs: [undefined, undefined] }),
      }),
    'ERR_OPTION',
    /grad: gradOutputs.*1 outputs, got 2/,
  ],
  ['retainGrad without a graph', () => x23.retainGrad(), 'ERR_GRADIENT', /retainGrad:.*\[2, 3\].*requires one/],
  [
    'a gradient of another shape',
    () => {
      leaf([2]).grad = ones([3])
    },
    'ERR_GRADIENT',
    /grad:.*\[3\].*\[2\]/,
  ],
  ['a gradient set to another shape', () => setGradient(leaf([2]), ones([3])), 'ERR_GRADIENT', /setGradient:.*\[3\].*\[2\]/],
  [
    'a gradient of another backend',
    () => {
      leaf([2, 3]).grad = elsewhere
    },
    'ERR_BACKEND',
    /grad:.*wasm.*reference/,
  ],
  ['changing a result', () => assign(leaf([2]).mul(2), zeros([2])), 'ERR_GRADIENT', /assign: the target \[2\].*only leaves/],
  ['assigning another shape', () => assign(param(), zeros([3])), 'ERR_SHAPE', /assign:.*\[2\].*\[3\]/],
  ['assigning another dtype', () => assign(param(), ids(1, 2)), 'ERR_DTYPE', /assign:.*float32.*int32.*cast/],
  ['gradcheck of float32', () => T.gradcheck((v) => v, [leaf([2])]), 'ERR_DTYPE', /gradcheck: input 0 \[2\].*float64/],
  ['an op without backward', () => T.defineOp(js({ name: 'a', forward: () => x23 })), 'ERR_OPTION', /defineOp: backward.*function.*undefined/],
  ['an op that gives no tensor', () => T.defineOp({ name: 'bad', forward: () => js(1), backward: (g) => g })(), 'ERR_OPTION', /bad: forward must return a Tensor/],
  ['an op with a gradient too few', () => T.defineOp({ name: 'both', forward: (a: Tensor, b: Tensor) => a.mul(b), backward: (g) => g })(leaf([1]), leaf([1])).backward(), 'ERR_GRADIENT', /both: backward.*2 tensor arguments.*list of 1/],
  ['an op with a gradient of another shape', () => T.defineOp({ name: 'odd', forward: (a: Tensor) => a.sum(), backward: (g) => g })(leaf([2])).backward(), 'ERR_GRADIENT', /odd: backward gave shape \[\].*argument 0.*\[2\]/],
]

// biome-ignore format: one row a line
const layers: Row[] = [
  ['half a neuron', () => new Linear(3, 1.5), 'ERR_OPTION', /Linear: outFeatures.*≥ 1.*1\.5/],
  ['no inputs', () => new Linear(0, 1), 'ERR_OPTION', /Linear: inFeatures.*≥ 1.*0/],
  ['a string as size', () => new Linear(js('3'), 1), 'ERR_OPTION', /Linear: inFeatures.*the string '3'/],
  ['a switch in place of options', () => new Linear(3, 1, js(false)), 'ERR_OPTION', /Linear: options.*bias.*false/],
  ['an unknown option', () => new Linear(3, 1, js({ biases: false })), 'ERR_OPTION', /Linear:.*'biases'.*bias/],
  ['input of another width', () => new Linear(3, 1).forward(x45), 'ERR_SHAPE', /linear:.*\[4, 5\].*\[1, 3\] = \[out, in\]/],
  ['no input', () => new Linear(3, 1).forward(js(undefined)), 'ERR_OPTION', /linear: the input.*undefined/],
  ['a table without rows', () => new Embedding(0, 2), 'ERR_OPTION', /Embedding: count.*≥ 1.*0/],
  ['a token too many', () => new Embedding(4, 2).forward(ids(4)), 'ERR_SHAPE', /embedding: index 4.*0 to 3/],
  ['a token that is a fraction', () => new Embedding(4, 2).forward(ones([1])), 'ERR_DTYPE', /embedding:.*int32.*float32/],
  ['p in percent', () => new Dropout(20), 'ERR_OPTION', /Dropout: p.*≤ 1.*20/],
  ['a seed as generator', () => new Dropout(0.5, { generator: js(1) }), 'ERR_OPTION', /Dropout: generator.*new Generator/],
  ['softmax over no axis', () => new Softmax(3).forward(x23), 'ERR_SHAPE', /softmax: axis 3.*\[2, 3\]/],
  ['an unknown nonlinearity', () => new RNN(2, 2, { nonlinearity: js('gelu') }), 'ERR_OPTION', /RNN: nonlinearity.*'tanh' or 'relu'.*'gelu'/],
  ['an option of PyTorch', () => new LSTM(2, 2, js({ num_layers: 2 })), 'ERR_OPTION', /LSTM:.*'num_layers'.*batchFirst/],
  ['a negative hidden size', () => new GRU(2, -2), 'ERR_OPTION', /GRU: hiddenSize.*≥ 1.*-2/],
  ['features that do not fit', () => new GRU(2, 4).forward(ones([1, 5, 3])), 'ERR_SHAPE', /GRU:.*\[1, 5, 3\].*\[batch, time, features\].*2 features/],
  ['a sequence without steps', () => new GRU(2, 4).forward(ones([1, 0, 2])), 'ERR_SHAPE', /GRU:.*\[1, 0, 2\].*at least one step/],
  ['a state of another batch', () => new GRU(2, 4).forward(ones([3, 5, 2]), { state: ones([1, 2, 4]) }), 'ERR_SHAPE', /GRU: the state.*\[1, 2, 4\].*\[1, 3, 4\]/],
  ['a state in place of options', () => new GRU(2, 4).forward(ones([3, 5, 2]), js(ones([1, 3, 4]))), 'ERR_OPTION', /GRU: options.*\{ state, lengths, trace \}.*a Tensor \[1, 3, 4\]/],
  ['the state of a GRU for an LSTM', () => new LSTM(2, 4).forward(ones([3, 5, 2]), { state: js(ones([1, 3, 4])) }), 'ERR_OPTION', /LSTM: the state must be \{ h, c \}.*a Tensor \[1, 3, 4\]/],
  ['half a state', () => new LSTM(2, 4).forward(ones([3, 5, 2]), { state: js({ h: ones([1, 3, 4]) }) }), 'ERR_OPTION', /LSTM: the state must be \{ h, c \}/],
  ['a memory cell that does not fit', () => new LSTM(2, 4).forward(ones([3, 5, 2]), { state: { h: ones([1, 3, 4]), c: ones([1, 3, 5]) } }), 'ERR_SHAPE', /LSTM: the state c.*\[1, 3, 5\].*\[1, 3, 4\]/],
  ['null as state', () => new LSTM(2, 4).forward(ones([3, 5, 2]), { state: js(null) }), 'ERR_OPTION', /LSTM: the state.*null/],
  ['an LSTM state bare', () => new LSTM(2, 4).forward(ones([3, 5, 2]), js({ h: 1, c: 2 })), 'ERR_OPTION', /LSTM:.*'h'.*state/],
  ['a state on another backend', () => new RNN(2, 3).forward(ones([2, 1, 2]), { state: elsewhere }), 'ERR_BACKEND', /RNN:.*wasm.*the state.*reference/],
  ['a module in no class', () => new Sequential(js((v: Tensor) => v)), 'ERR_OPTION', /Sequential: argument 0.*forward\(x\)/],
  ['a module without forward', () => new (class Empty extends Module {})().forward(), 'ERR_OPTION', /Empty:.*define forward/],
  ['a buffer of an array', () => buffer(js([1])), 'ERR_OPTION', /buffer: the values.*an array/],
  ['a mode in words', () => new ReLU().train(js('yes')), 'ERR_OPTION', /train: mode.*true or false.*'yes'/],
  ['no state', () => new Linear(2, 2).loadStateDict(js(undefined)), 'ERR_FORMAT', /loadStateDict:.*stateDict\(\).*undefined/],
  ['a state in a Map', () => new Linear(2, 2).loadStateDict(js(new Map())), 'ERR_FORMAT', /loadStateDict:.*Object\.fromEntries/],
  [
    'a module that holds its owner',
    () => {
      const net = js(new Sequential(new Linear(2, 2)))
      net.at(0).owner = net
      net.stateDict()
    },
    'ERR_OPTION',
    /Linear:.*'0\.owner'.*#private/,
  ],
  [
    'two parameters of one name',
    () => {
      const net = js(new Linear(2, 2))
      net.second = new Parameter(ones([1]), { name: 'weight' })
      net.stateDict()
    },
    'ERR_OPTION',
    /Linear:.*'weight'.*name of its own/,
  ],
]

// biome-ignore format: one row a line
const training: Row[] = [
  ['a loss that would broadcast', () => mse(ones([2, 1]), ones([2])), 'ERR_SHAPE', /mse:.*\[2, 1\].*\[2\].*reshape, squeeze/],
  ['integers as target', () => mse(ones([2]), ids(1, 2)), 'ERR_DTYPE', /mse: the target \[2\].*int32.*cast/],
  ['an unknown reduction', () => mse(x23, x23, { reduction: js('avg') }), 'ERR_OPTION', /mse: reduction.*'mean', 'sum' or 'none'.*'avg'/],
  ['a reduction in place of options', () => crossEntropy(x23, ids(0, 1), js('sum')), 'ERR_OPTION', /crossEntropy: options.*reduction.*'sum'/],
  ['backends mixed', () => mse(x23, elsewhere), 'ERR_BACKEND', /mse:.*wasm.*reference/],
  ['probabilities of another shape', () => crossEntropy(x23, ones([3, 2])), 'ERR_SHAPE', /crossEntropy:.*\[2, 3\].*target of shape \[2, 3\], got \[3, 2\]/],
  ["PyTorch's layout unsaid", () => crossEntropy(ones([2, 3, 4]), zeros([2, 4], { dtype: 'int32' })), 'ERR_SHAPE', /crossEntropy:.*\[2, 3, 4\].*\[2, 3\].*\[2, 4\].*classDim: 1/],
  ['targets that are floats', () => crossEntropy(x23, ones([2])), 'ERR_DTYPE', /crossEntropy: the target \[2\].*int32.*cast/],
  ['a class too many', () => crossEntropy(x23, ids(0, 3)), 'ERR_SHAPE', /crossEntropy: class 3 \(value 1.*0 to 2/],
  ['a layout that does not exist', () => crossEntropy(x23, ids(0, 1), { classDim: js(0) }), 'ERR_OPTION', /crossEntropy: classDim.*-1.*1.*got 0/],
  ['an index to ignore that is none', () => crossEntropy(x23, ids(0, 1), { ignoreIndex: Number.NaN }), 'ERR_OPTION', /ignoreIndex.*NaN/],
  ['nothing to train', () => new SGD([], { lr: 0.1 }), 'ERR_OPTION', /SGD:.*no parameters.*model\.parameters\(\)/],
  ['a model to train', () => new SGD(js(model), { lr: 0.1 }), 'ERR_OPTION', /SGD:.*model\.parameters\(\).*an object/],
  ['results to train', () => new SGD([leaf([1]).mul(2)] as Parameter[], { lr: 0.1 }), 'ERR_OPTION', /SGD: '0'.*Tensor \[1\], not a Parameter/],
  ['a group without parameters', () => new SGD(js([{ lr: 1 }]), { lr: 0.1 }), 'ERR_OPTION', /SGD: '0'.*an object/],
  ['no options', () => new SGD([param()], js(undefined)), 'ERR_OPTION', /SGD: options.*lr.*undefined/],
  ['no learning rate', () => new SGD([param()], js({})), 'ERR_OPTION', /SGD: lr.*≥ 0.*undefined/],
  ['a learning rate of another kind', () => new SGD([param()], { lr: js('0.1') }), 'ERR_OPTION', /SGD: lr.*'0\.1'/],
  ['NaN as learning rate', () => new SGD([param()], { lr: Number.NaN }), 'ERR_OPTION', /SGD: lr.*NaN/],
  ['an infinite learning rate', () => new SGD([param()], { lr: Infinity }), 'ERR_OPTION', /SGD: lr.*finite.*Infinity/],
  ['a negative momentum', () => new SGD([param()], { lr: 1, momentum: -0.9 }), 'ERR_OPTION', /SGD: momentum.*≥ 0.*-0\.9/],
  ['an option of PyTorch', () => new SGD([param()], js({ lr: 1, weight_decay: 1 })), 'ERR_OPTION', /SGD:.*'weight_decay'.*weightDecay/],
  ['an option misspelt in a group', () => new SGD(js([{ params: [param()], rate: 1 }]), { lr: 1 }), 'ERR_OPTION', /SGD:.*'rate'/],
  ['a switch that is none', () => new SGD([param()], { lr: 1, nesterov: js(1) }), 'ERR_OPTION', /SGD: nesterov.*true or false/],
  ['Nesterov without momentum', () => new SGD([param()], { lr: 1, nesterov: true }), 'ERR_OPTION', /SGD: nesterov needs momentum > 0.*momentum 0/],
  [
    'a parameter twice',
    () => {
      const p = param()
      new SGD([p, p], { lr: 1 })
    },
    'ERR_OPTION',
    /SGD: parameter '1' is given twice/,
  ],
  [
    'two parameters of one name',
    () =>
      new SGD(
        [
          ['w', param()],
          ['w', param()],
        ],
        { lr: 1 },
      ),
    'ERR_OPTION',
    /SGD: two parameters.*'w'/,
  ],
  ['clipping without gradients', () => clipGradNorm([param()], 1), 'ERR_OPTION', /clipGradNorm:.*no parameter.*between backward\(\) and step\(\)/],
  ['clipping to nothing', () => clipGradNorm([withGrad()], 0), 'ERR_OPTION', /clipGradNorm: maxNorm.*> 0.*0/],
  ['clipping a model', () => clipGradNorm(js(model), 1), 'ERR_OPTION', /clipGradNorm:.*model\.parameters\(\)/],
  ['clipping by a norm of order 0', () => clipGradNorm([withGrad()], 1, { normType: 0 }), 'ERR_OPTION', /clipGradNorm: normType.*> 0.*0/],
  ['clipping values to nothing', () => clipGradValue([withGrad()], 0), 'ERR_OPTION', /clipGradValue: clipValue.*> 0.*0/],
  ['adaptive clipping without gradients', () => clipGradAdaptive([param()]), 'ERR_OPTION', /clipGradAdaptive:.*no parameter.*between backward\(\) and step\(\)/],
  ['a schedule without an optimizer', () => new StepLR(js(model), { stepSize: 1 }), 'ERR_OPTION', /StepLR: the first argument must be an optimizer.*new SGD.*an object/],
  ['a schedule without its step', () => new StepLR(optimizer, js({})), 'ERR_OPTION', /StepLR: stepSize.*whole number.*undefined/],
  ['a schedule of what there is not', () => new StepLR(optimizer, { stepSize: 1, hyperparameter: 'betas.0' }), 'ERR_OPTION', /StepLR: hyperparameter 'betas\.0' is undefined in group 0.*there is lr/],
  ['a cycle without length', () => new OneCycleLR(optimizer, { maxLr: 1 }), 'ERR_OPTION', /OneCycleLR: give totalSteps/],
  ['a plateau without a metric', () => new ReduceLROnPlateau(optimizer).step(), 'ERR_OPTION', /ReduceLROnPlateau: step\(\) takes the metric.*undefined/],
  ['a sequence of nothing', () => new SequentialLR(optimizer, { schedules: [], milestones: [] }), 'ERR_OPTION', /SequentialLR: schedules.*at least one.*\[\]/],
  ['the state of another schedule', () => new StepLR(optimizer, { stepSize: 1 }).loadStateDict(js({ schedule: 'LinearLR' })), 'ERR_FORMAT', /StepLR\.loadStateDict: the state is of the string 'LinearLR'; nothing was changed/],
  ['a range test without steps', () => lrRangeTest(optimizer, js(null)), 'ERR_OPTION', /lrRangeTest: step must be a function.*null/],
  ['averages of nothing', () => new ExponentialMovingAverage([]), 'ERR_OPTION', /ExponentialMovingAverage: there are no parameters.*model\.namedParameters\(\)/],
  ['a decay above 1', () => new ExponentialMovingAverage([param()], { decay: 1.1 }), 'ERR_OPTION', /ExponentialMovingAverage: decay.*≤ 1.*1\.1/],
  ['the state of no averages', () => new ExponentialMovingAverage([param()]).loadStateDict(js({})), 'ERR_FORMAT', /loadStateDict: expected \{ updates, averages \}/],
  ['a penalty of nothing', () => l2Penalty([], 1), 'ERR_OPTION', /l2Penalty: there are no parameters/],
  ['groups of parameters without names', () => weightDecayGroups(js([param()]), { weightDecay: 1 }), 'ERR_OPTION', /weightDecayGroups: it goes by names.*namedParameters\(\)/],
  [
    'sgd of shapes that differ',
    () =>
      updateInPlace('sgd', {
        parameter: param(),
        gradient: ones([3]),
        numbers: () => [1, 0, 0, 0, 0, 1, 1],
        attrs: { velocity: false },
      }),
    'ERR_SHAPE',
    /sgd:.*\[2\].*\[3\]/,
  ],
  ['no model', () => fit(js(null), batches, { loss, optimizer }), 'ERR_OPTION', /fit: the model must be a Module.*null/],
  ['no options at all', () => fit(model, batches, js(undefined)), 'ERR_OPTION', /fit: options.*loss.*undefined/],
  ['no loss', () => fit(model, batches, js({ optimizer })), 'ERR_OPTION', /fit: loss must be a function.*undefined/],
  ['no optimizer', () => fit(model, batches, js({ loss })), 'ERR_OPTION', /fit: an optimizer.*new SGD.*undefined/],
  ['a tensor as loader', () => fit(model, js(x23), { loss, optimizer }), 'ERR_OPTION', /fit: the loader.*iterable.*a Tensor/],
  ['one batch as loader', () => fit(model, js([x23, x23]), { loss, optimizer }), 'ERR_OPTION', /fit: the loader.*\[x, y\].*a Tensor \[2, 3\]/],
  ['no batch', () => fit(model, [], js({ loss, optimizer })), 'ERR_OPTION', /fit: the loader gave no batch.*epoch 0/],
  ['half an epoch', () => fit(model, batches, { loss, optimizer, epochs: 0.5 }), 'ERR_OPTION', /fit: epochs.*whole.*0\.5/],
  ['steps in words', () => fit(model, batches, { loss, optimizer, steps: js('9') }), 'ERR_OPTION', /fit: steps.*'9'/],
  ['negative minutes', () => fit(model, batches, { loss, optimizer, minutes: -1 }), 'ERR_OPTION', /fit: minutes.*≥ 0.*-1/],
  ['a bound of 0', () => fit(model, batches, { loss, optimizer, clipNorm: 0 }), 'ERR_OPTION', /fit: clipNorm.*> 0.*0/],
  ['an option misspelt', () => fit(model, batches, js({ loss, optimizer, epoch: 3 })), 'ERR_OPTION', /fit:.*'epoch'.*epochs/],
  ['a controller as signal', () => fit(model, batches, { loss, optimizer, signal: js(new AbortController()) }), 'ERR_OPTION', /fit: signal.*AbortSignal/],
  ['one callback', () => fit(model, batches, { loss, optimizer, callbacks: js({}) }), 'ERR_OPTION', /fit: callbacks.*\[callback\]/],
  ['a loss that gives a number', () => fit(model, batches, { loss: js(() => 1), optimizer }), 'ERR_OPTION', /fit: the loss function.*Tensor, got 1/],
  ['a loss that is no number', () => fit(model, batches, { loss: (net, x, _y) => net.forward(x), optimizer }), 'ERR_GRADIENT', /backward:.*\[2, 1\].*mean\(\)/],
  ['evaluation without loss', () => evaluate(model, batches, js({})), 'ERR_OPTION', /evaluate: loss.*function/],
  ['evaluation of nothing', () => evaluate(model, [], { loss }), 'ERR_OPTION', /evaluate: the loader gave no batch/],
  ['examples that differ in number', () => tensorDataset(x23, x45), 'ERR_SHAPE', /tensorDataset:.*\[2, 3\].*\[4, 5\].*first dimensions/],
  ['batches of nothing', () => new DataLoader(tensorDataset(x23), { batchSize: 0 }), 'ERR_OPTION', /DataLoader: batchSize.*at least 1.*0/],
  ['examples of different shapes', () => collate([ones([2]), ones([3])]), 'ERR_SHAPE', /stack:.*\[2\].*\[3\]/],
  ['a text too short', () => sequenceLoader([1, 2, 3], { length: 3, batch: 1 }), 'ERR_OPTION', /sequenceLoader:.*length 3.*4 tokens.*got 3/],
  ['a character that is not known', () => CharTokenizer.fromText('abc').encode('abd'), 'ERR_OPTION', /CharTokenizer\.encode: "d".*index 2.*skip/],
]

describe.each([
  ['creation', creation],
  ['ops', ops],
  ['gradients', gradients],
  ['layers', layers],
  ['training', training],
] as const)('%s', (_, rows) => {
  test.each(rows)('%s', async (...row) => {
    const [, call, code, ...says] = row as unknown as Row
    const error = await caught(call)
    expect(error.message).not.toMatch(/undefined undefined|\[object|NaN values/)
    expect(error).toBeInstanceOf(TensorError)
    expect((error as TensorError).code).toBe(code)
    for (const pattern of says) expect(error.message).toMatch(pattern)
    expect(leaf([1]).mul(2).requiresGrad).toBe(true) // no mode stays behind
  })
})

async function caught(call: () => unknown): Promise<Error> {
  try {
    await call()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe('the path of the layer', () => {
  class Block extends Module {
    readonly linear = new Linear(4, 4)
    override forward(x: Tensor): Tensor {
      return this.linear.forward(x).relu()
    }
  }
  class Net extends Module {
    readonly encoder = [new Block(), new Block()]
    readonly heads = new Map([['main', new Linear(3, 2)]])
    readonly parts = { tail: new Sequential(new ReLU(), new Block()) }
    readonly embed = new Embedding(5, 4)
    readonly deep = new Sequential(new Sequential(new Block()))
    constructor(readonly run: (net: Net) => unknown) {
      super()
    }
    override forward(): unknown {
      return this.run(this)
    }
  }
  const cases: [string, string, string, (net: Net) => unknown][] = [
    ['an array', 'encoder.1.linear', 'Linear', (net) => net.encoder[1].forward(x45)],
    ['a Map', 'heads.main', 'Linear', (net) => net.heads.get('main')!.forward(x45)],
    ['an object and a Sequential', 'parts.tail.1.linear', 'Linear', (net) => net.parts.tail.forward(x45)],
    [
      "a child's child called directly",
      'encoder.0.linear',
      'Linear',
      (net) => net.encoder[0].linear.forward(x45),
    ],
    ['a Sequential in a Sequential', 'deep.0.0.linear', 'Linear', (net) => net.deep.forward(x45)],
    [
      'a layer deep inside, called directly',
      'deep.0.0',
      'Block',
      (net) => (net.deep.at(0) as Sequential).at(0)!.forward(js(null)),
    ],
    ['a field', 'embed', 'Embedding', (net) => net.embed.forward(ids(7))],
  ]
  test.each(cases)('%s', async (_, path, kind, run) => {
    const error = (await caught(() => new Net(run).forward())) as TensorError
    if (kind === 'Block') expect(error.path).toBe(`${path}.linear`)
    else {
      expect(error.path).toBe(path)
      expect(error.message).toMatch(
        new RegExp(`\\n {2}in layer '${path.replaceAll('.', '\\.')}' \\(${kind}\\)$`),
      )
    }
    expect(error.message.match(/in layer/g)).toHaveLength(1)
  })

  test('an op of the network itself has no layer, and an error that is not ours stays as it is', async () => {
    const own = (await caught(() => new Net(() => x23.add(x45)).forward())) as TensorError
    expect(own.path).toBe('')
    const foreign = await caught(() =>
      new Net(() => {
        throw new RangeError('foreign')
      }).forward(),
    )
    expect(foreign).toBeInstanceOf(RangeError)
    expect(foreign.message).toBe('foreign')
  })

  test('an error caught inside one layer says nothing about the next', async () => {
    const net = new Net((n) => {
      try {
        n.encoder[0].forward(x45)
      } catch {}
      return n.heads.get('main')!.forward(x45)
    })
    expect(((await caught(() => net.forward())) as TensorError).path).toBe('heads.main')
  })
})

describe('a failing call changes nothing', () => {
  const values = (module: Module) =>
    Object.entries(module.stateDict()).map(([name, t]) => [name, t.toArraySync()])

  test('loadStateDict: missing, unexpected, misshapen, disposed', async () => {
    const net = new Sequential(new Linear(2, 3), new Linear(3, 1))
    const before = values(net)
    const good = () => new Sequential(new Linear(2, 3), new Linear(3, 1)).stateDict()
    const { '1.bias': _, ...missing } = good()
    const cases: [Record<string, unknown>, RegExp][] = [
      [missing, /missing: 1\.bias[\s\S]*strict: false/],
      [{ ...good(), extra: ones([1]) }, /unexpected: extra/],
      [{ ...good(), '1.weight': ones([3, 1]) }, /1\.weight: \[3, 1\] in the state, \[1, 3\] in the module/],
      [{ ...good(), '1.bias': ids(1) }, /1\.bias: int32 in the state, float32 in the module/],
      [{ ...good(), '1.bias': [0] }, /1\.bias: an array in the state/],
      [{ ...good(), '1.bias': undefined }, /1\.bias: undefined in the state/],
    ]
    for (const [state, message] of cases) {
      const error = await caught(() => net.loadStateDict(js(state)))
      expect((error as TensorError).code).toBe('ERR_FORMAT')
      expect(error.message).toMatch(message)
      expect(error.message).toMatch(/nothing was changed/)
      expect(values(net)).toEqual(before)
    }
    const state = good()
    state['1.bias']!.dispose()
    expect((await caught(() => net.loadStateDict(state))).message).toMatch(/1\.bias: disposed of/)
    expect(values(net)).toEqual(before)
  })

  test('step: a hyperparameter, a gradient or a parameter that is not right moves no parameter', async () => {
    const [a, b] = [withGrad(), withGrad()]
    const sgd = new SGD([{ params: [a] }, { params: [b], momentum: 0.9 }], { lr: 0.1 })
    sgd.groups[1].lr = Number.NaN
    expect((await caught(() => sgd.step())).message).toMatch(/SGD: lr.*NaN/)
    sgd.groups[1].lr = 0.1
    const kept = b.grad!
    b.grad = ones([2])
    b.grad.dispose()
    expect(await caught(() => sgd.step())).toMatchObject({ code: 'ERR_DISPOSED' })
    expect(a.toArraySync()).toEqual([1, 1])
    expect(b.toArraySync()).toEqual([1, 1])
    b.grad = kept
    sgd.step()
    expect(a.toArraySync()).toEqual([Math.fround(0.7), Math.fround(0.7)])
    expect(b.toArraySync()).toEqual([Math.fround(0.7), Math.fround(0.7)]) // the momentum began with this step
    b.dispose()
    const error = await caught(() => sgd.step())
    expect(error.message).toMatch(/SGD\.step: the parameter '1' \[2\] was disposed of/)
    expect(a.toArraySync()).toEqual([Math.fround(0.7), Math.fround(0.7)])
  })

  test('clipGradNorm: gradients on two backends', async () => {
    const a = withGrad()
    const b = new Parameter(ones([2], { backend: reference() }))
    b.sum().backward()
    expect(await caught(() => clipGradNorm([a, b], 0.1))).toMatchObject({ code: 'ERR_BACKEND' })
    expect(a.grad?.toArraySync()).toEqual([3, 3])
    expect(b.grad?.toArraySync()).toEqual([1, 1])
  })

  test('backward: a failing gradient leaves no gradient, no mode and no temporaries behind', async () => {
    const x = leaf([2])
    const bad = T.defineOp({ name: 'bad', forward: (v: Tensor) => v.mul(2), backward: () => ones([7]) })
    const z = leaf([2])
    expect(await caught(() => bad(x).mul(z).sum().backward())).toMatchObject({ code: 'ERR_GRADIENT' })
    expect(x.grad).toBeNull()
    expect(z.grad).toBeNull()
    const after = x.mul(3)
    after.sum().backward()
    expect(after.toArraySync()).toEqual([3, 3])
    expect(x.grad?.toArraySync()).toEqual([3, 3])
  })

  test('fit: a wrong option leaves mode, parameters and gradients; a wrong batch leaves parameters', async () => {
    const net = new Linear(3, 1).eval()
    const sgd = new SGD(net.parameters(), { lr: 0.1 })
    loss(net, x23, ones([2, 1])).backward()
    const [before, slope] = [values(net), net.weight.grad!.toArraySync()]
    await caught(() => fit(net, batches, { loss, optimizer: sgd, steps: -1 }))
    expect(net.training).toBe(false)
    expect(values(net)).toEqual(before)
    expect(net.weight.grad!.toArraySync()).toEqual(slope)
    await caught(() => fit(net, js([x23]), { loss, optimizer: sgd }))
    expect(values(net)).toEqual(before)
    expect(net.weight.grad!.toArraySync()).toEqual(slope)
  })

  test('evaluate: modes come back when the loss fails', async () => {
    const net = new Sequential(new Linear(3, 1), new Dropout(0.5))
    net.at(0)!.eval()
    const error = await caught(() => evaluate(net, batches, { loss: (m, x, _y) => m.forward(x.transpose()) }))
    expect((error as TensorError).path).toBe('0')
    expect([net.training, net.at(0)!.training, net.at(1)!.training]).toEqual([true, false, true])
    expect(leaf([1]).mul(2).requiresGrad).toBe(true)
  })

  test('noGrad: the mode comes back after an error and after a refused promise', async () => {
    await caught(() => noGrad(() => x23.add(x45)))
    await caught(() => noGrad(async () => 1))
    expect(leaf([1]).mul(2).requiresGrad).toBe(true)
  })

  test('a layer that is refused draws no random numbers', async () => {
    const drawn = () => manualSeed(7) && undefined
    const cases: (() => unknown)[] = [
      () => new RNN(2, 2, { nonlinearity: js('gelu') }),
      () => new Linear(2, 2, js({ bia: 1 })),
      () => T.dropout(x23, { p: 2 }),
      () => T.randn([2], { dtype: 'int32' }),
    ]
    for (const call of cases) {
      drawn()
      const clean = T.rand([3]).toArraySync()
      drawn()
      await caught(call)
      expect(T.rand([3]).toArraySync()).toEqual(clean)
    }
  })
})
