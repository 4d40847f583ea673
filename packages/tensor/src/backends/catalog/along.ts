import type { Kernel } from '../kernel.js'
import * as alongReference from '../reference/along.js'
import * as scanReference from '../reference/scan.js'
import * as sortReference from '../reference/sort.js'
import * as alongCommands from '../wasm/encoders/along.js'
import { along as family } from '../wasm/generated/families/along.js'

// Scans, sorting and picking along one axis.

export const scan: Kernel<'scan'> = {
  name: 'scan',
  reference: scanReference.scan,
  wasm: alongCommands.scan,
  family,
}
export const affineScan: Kernel<'affineScan'> = {
  name: 'affineScan',
  reference: scanReference.affineScan,
  wasm: alongCommands.affineScan,
  family,
}
export const sort: Kernel<'sort'> = {
  name: 'sort',
  reference: sortReference.sort,
  wasm: alongCommands.sort,
  family,
}
export const gatherAlong: Kernel<'gatherAlong'> = {
  name: 'gatherAlong',
  reference: alongReference.gatherAlong,
  wasm: alongCommands.gatherAlong,
  family,
}
export const scatterAlong: Kernel<'scatterAlong'> = {
  name: 'scatterAlong',
  reference: alongReference.scatterAlong,
  wasm: alongCommands.scatterAlong,
  family,
}
