import { avgPool, avgPoolGrad } from './pooling/average.js'
import { maxPool } from './pooling/maximum.js'

export const pooling = { maxPool, avgPool, avgPoolGrad }
