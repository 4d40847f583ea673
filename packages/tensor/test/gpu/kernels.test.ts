// The kernels as plain JavaScript: a quick check in Node of what they compute; how devices compute it, the browser tests show.
import { cases } from './cases/index.js'
import { testCases } from './support.js'

testCases('cpu', cases)
