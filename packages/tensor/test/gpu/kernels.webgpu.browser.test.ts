import { cases } from './cases/index.js'
import { testCases } from './support.js'

testCases('webgpu', cases)
