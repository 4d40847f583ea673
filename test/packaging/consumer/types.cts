import tensor = require('@core/tensor')
import layers = require('@nn/layers')
import losses = require('@nn/losses')

const linear = new layers.Linear(2, 1)
export const loss: tensor.Tensor = losses.mse(linear.forward(tensor.tensor([[1, 2]])), tensor.tensor([[3]]))
