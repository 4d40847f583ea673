import { backward } from './recurrent/backward.js'
import { forward } from './recurrent/forward.js'

export const recurrent = { recurrent: forward, recurrentGrad: backward }
