// Stages of the gradient of a recurrent layer in parts: back through the steps, then the weight gradients.
export const LOOP = 0
export const WEIGHTS = 1
