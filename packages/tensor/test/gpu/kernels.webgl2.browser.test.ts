import { cases } from './cases/index.js'
import { testCases } from './support.js'

testCases('webgl2', cases)
