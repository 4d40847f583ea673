// A complete training program, as small as a user would write it: what it weighs is what an MLP costs in a page.
import { compile, type Tensor, tensor } from '@core/tensor'
import { Linear, ReLU } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Sequential } from '@nn/module'
import { SGD } from '@nn/optim'

const model = new Sequential(new Linear(2, 16), new ReLU(), new Linear(16, 2))
const optimizer = new SGD(model.namedParameters(), { lr: 0.1, momentum: 0.9 })
const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
])
const y = tensor([0, 1, 1, 0], { dtype: 'int32' })
const step = compile((input: Tensor, target: Tensor) => {
  optimizer.zeroGrad()
  const loss = crossEntropy(model.forward(input), target)
  loss.backward()
  optimizer.step()
  return loss
})
for (let i = 0; i < 100; i++) console.log(step(x, y).itemSync())
