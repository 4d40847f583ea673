import * as node from '@core/safetensors/node'
import * as safetensors from '@core/safetensors'
import { type Tensor, tensor } from '@core/tensor'
import * as extend from '@core/tensor/extend'
import * as data from '@nn/data'
import { Linear } from '@nn/layers'
import { mse } from '@nn/losses'
import { Module } from '@nn/module'
import { SGD } from '@nn/optim'
import * as recurrent from '@nn/recurrent'
import * as train from '@nn/train'
import * as trainNode from '@nn/train/node'

class Model extends Module {
  readonly linear = new Linear(2, 1)
  forward(x: Tensor): Tensor {
    return this.linear.forward(x)
  }
}
const model = new Model()
const optimizer = new SGD(model.namedParameters(), { lr: 0.1 })
const loss: Tensor = mse(model.forward(tensor([[1, 2]])), tensor([[3]]))
const value: Promise<number> = loss.item()
// @ts-expect-error: the declarations are really read, a wrong argument is an error
new Linear('2', 1)
export { data, extend, node, optimizer, recurrent, safetensors, train, trainNode, value }
