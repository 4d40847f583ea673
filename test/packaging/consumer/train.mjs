import { manualSeed, tensor } from '@core/tensor'
import { Linear } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Module } from '@nn/module'
import { SGD } from '@nn/optim'

class Xor extends Module {
  hidden = new Linear(2, 8)
  head = new Linear(8, 2)
  forward(x) {
    return this.head.forward(this.hidden.forward(x).tanh())
  }
}

manualSeed(1)
const model = new Xor()
const optimizer = new SGD(model.namedParameters(), { lr: 0.5, momentum: 0.9 })
const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
])
const y = tensor([0, 1, 1, 0], { dtype: 'int32' })
const losses = []
for (let step = 0; step < 100; step++) {
  optimizer.zeroGrad()
  const loss = crossEntropy(model.forward(x), y)
  loss.backward()
  optimizer.step()
  losses.push(await loss.item())
}
console.log(JSON.stringify(losses))
