// A program on tensors alone: what training needs of them (arithmetic, a matrix product, the gradient) and no more.
import { tensor } from '@core/tensor'

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
])
const y = tensor([[0.5], [2.5], [-0.5], [1.5]])
let w = tensor([[0], [0]], { requiresGrad: true })
let b = tensor([0], { requiresGrad: true })
for (let i = 0; i < 200; i++) {
  const loss = x.matmul(w).add(b).sub(y).square().mean()
  loss.backward()
  console.log(loss.itemSync())
  w = tensor(w.sub(w.grad!.mul(0.5)).toArraySync(), { requiresGrad: true })
  b = tensor(b.sub(b.grad!.mul(0.5)).toArraySync(), { requiresGrad: true })
}
