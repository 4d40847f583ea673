import { scans } from './along/scan.js'
import { picking } from './along/scatter.js'
import { sort } from './along/sort.js'

/** Kernels along one axis. */
export const along = { ...scans, ...picking, sort }
