import { Conv2d, Flatten, Linear, MaxPool2d, ReLU } from '@nn/layers'
import { Sequential } from '@nn/module'

/** Digits from 0 to 9. */
export const CLASSES = 10

/**
 * A convolutional network like LeNet-5 (LeCun et al., 1998), with ReLU and max-pooling.
 *
 * Input: images [batch, 1, 28, 28]. Output: logits [batch, 10].
 */
export class LeNet extends Sequential {
  constructor() {
    super({
      conv1: new Conv2d(1, 6, 5, { padding: 2 }),
      relu1: new ReLU(),
      pool1: new MaxPool2d(2),
      conv2: new Conv2d(6, 16, 5),
      relu2: new ReLU(),
      pool2: new MaxPool2d(2),
      flat: new Flatten(),
      fc1: new Linear(16 * 5 * 5, 120),
      relu3: new ReLU(),
      fc2: new Linear(120, 84),
      relu4: new ReLU(),
      fc3: new Linear(84, CLASSES),
    })
  }
}
